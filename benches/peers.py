"""lawbook and PyTorch on the same training steps, in one sitting: `just bench peers [--only PATTERN]`.

PyTorch is installed into a throw-away environment, data/cache/peers (several GB, once). Every figure
comes from a process of its own: ms per step (median of five blocks) and peak memory. Two arrangements:
latency, one run on all cores; throughput, one run a core, all at once. PyTorch's better of the eager and
the fused optimizer counts.

    python3 benches/peers.py LAWBOOK_BINARY [--only PATTERN] [--json]
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / "data/cache/peers"
PINNED = ["torch==2.15.0", "numpy==2.3.5"]
BLOCKS, BLOCK_SECONDS = 5, 0.25


def one_process(name, fused, threads):
    """One run: says when it is warm, waits for the word, prints milliseconds and peak memory."""
    import torch
    import torch_nets

    torch.set_num_threads(threads)
    net, x, target, criterion = torch_nets.build(name)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01, fused=fused)

    def block(steps):
        start = time.perf_counter()
        for _ in range(steps):
            optimizer.zero_grad()
            criterion(net(x), target).backward()
            optimizer.step()
        return (time.perf_counter() - start) / steps

    block(2)
    steps = max(1, int(BLOCK_SECONDS / block(2)))
    print("warm", flush=True)
    sys.stdin.readline()
    milliseconds = 1e3 * statistics.median(block(steps) for _ in range(BLOCKS))
    unit = 1 if sys.platform == "darwin" else 1024
    print(milliseconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20, flush=True)


def torch_figures(name, fused, runs, threads):
    """Mean milliseconds of a step and largest peak memory when `runs` processes run at once."""
    command = [sys.executable, __file__, "--one", name, "--threads", str(threads)] + ["--fused"] * fused
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(runs)]
    for process in running:
        process.stdout.readline()
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    figures = [[float(word) for word in process.communicate()[0].split()] for process in running]
    return statistics.mean(ms for ms, _ in figures), max(mb for _, mb in figures)


def environment():
    """A Python that has PyTorch."""
    python = VENV / "bin/python"
    if not python.exists() or subprocess.run([python, "-c", "import torch"], capture_output=True).returncode != 0:
        print(f"installing {' '.join(PINNED)} into {VENV.relative_to(ROOT)}: several GB, once", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PINNED], check=True)
    return python


def ours(lawbook, only):
    """What `lawbook bench` measures, one network a process."""
    def bench(pattern):
        command = [lawbook, "bench", "--json", "--only", pattern]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)

    names = dict.fromkeys(row["net"] for row in bench(only)["rows"])
    return [bench(name) for name in names]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("lawbook", nargs="?")
    options.add_argument("--only", default="")
    options.add_argument("--json", action="store_true")
    options.add_argument("--one", help=argparse.SUPPRESS)
    options.add_argument("--threads", type=int, default=1, help=argparse.SUPPRESS)
    options.add_argument("--fused", action="store_true", help=argparse.SUPPRESS)
    options = options.parse_args()
    if options.one:
        return one_process(options.one, options.fused, options.threads)
    python = environment()
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(python, [str(python), *sys.argv])
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    rows = []
    print(f"{'net':<17} {'':<10} {'lawbook ms':>10} {'eager ms':>9} {'fused ms':>9} {'ratio':>6} {'of best':>7} {'MB':>5} {'torch MB':>8}")
    for sitting in ours(options.lawbook, options.only):
        for row in sitting["rows"]:
            runs, threads = (1, cores) if row["arrangement"] == "latency" else (cores, 1)
            eager, fused = (torch_figures(row["net"], kind, runs, threads) for kind in (False, True))
            ratio = min(eager[0], fused[0]) / row["ms_per_step"]
            rows.append(dict(row, torch_ms={"eager": eager[0], "fused": fused[0]}, torch_mb=eager[1], ratio=ratio))
            print(f"{row['net']:<17} {row['arrangement']:<10} {row['ms_per_step']:>10.3f} {eager[0]:>9.3f} {fused[0]:>9.3f} "
                  f"{ratio:>5.2f}x {100 * row['share_of_best']:>6.0f}% {row['peak_mb'] or 0:>5.0f} {eager[1]:>8.0f}", flush=True)
    if options.json:
        print(json.dumps(rows))
    print("ratio: PyTorch's better time over lawbook's; MB: peak of one process (lawbook's throughput: all its runs)")


if __name__ == "__main__":
    main()
