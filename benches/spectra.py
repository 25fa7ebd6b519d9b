"""`lawbook esd` and WeightWatcher on the same 12-layer, 400-wide network, turn about.

    VENV/bin/pip install torch numpy weightwatcher==0.7.7 safetensors
    VENV/bin/python benches/spectra.py LAWBOOK [ROUNDS]

Each round times WeightWatcher's analyze() in a process that has imported and warmed everything, and
lawbook as a whole program, start, file and JSON included. Prints the best and the median of both, with
the columns that both compute by default and with the bulk and the shuffled baseline.
"""
import logging, pathlib, statistics, subprocess, sys, tempfile, time, warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
import torch
import weightwatcher
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(0)
sizes = [784] + [400] * 11 + [10]
model = nn.Sequential(*[nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])
lawbook, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7
watcher = weightwatcher.WeightWatcher(model=model)


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


with tempfile.TemporaryDirectory() as folder:
    file = str(pathlib.Path(folder) / "mlp.safetensors")
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, file)
    for title, options, flags, n in [
        ("default columns", {"detX": True}, [], rounds),
        ("with bulk and shuffle", {"detX": True, "mp_fit": True, "randomize": True}, ["--mp", "--randomize"], 1),
    ]:
        ours = lambda: subprocess.run([lawbook, "esd", file, "--json", *flags], check=True, stdout=subprocess.DEVNULL)
        theirs = lambda: watcher.analyze(**options)
        ours(), n > 1 and theirs()
        times = [(seconds(ours), seconds(theirs)) for _ in range(n)]
        a, b = zip(*times)
        print(f"{title}: lawbook best {min(a):.3f} s, median {statistics.median(a):.3f} s; "
              f"weightwatcher {weightwatcher.__version__} best {min(b):.3f} s, median {statistics.median(b):.3f} s; "
              f"ratio of bests {min(b) / min(a):.1f}, of medians {statistics.median(b) / statistics.median(a):.1f}")
