"""lawbook and PyTorch on the same training steps, in one sitting: `just bench peers`.

PyTorch is installed into a throw-away environment, data/cache/peers (several GB, once). Prints ms per
step of each, in two arrangements: one run on all cores (PyTorch's better of eager and fused optimizer),
and one run a core, all at once (one process of one thread each). Medians of five blocks.

    python3 benches/peers.py LAWBOOK_BINARY [--json]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / "data/cache/peers"
PINNED = ["torch==2.15.0", "numpy==2.3.5"]
CASES = {  # as in src/bench.rs
    "grokking 12x400": ([784] + [400] * 11 + [10], 200, "squared"),
    "sine 128x128": ([1, 128, 128, 1], 32, "squared"),
    "mnist 512x512": ([784, 512, 512, 10], 64, "entropy"),
    "mnist 2048x2048": ([784, 2048, 2048, 10], 64, "entropy"),
}
BLOCKS, BLOCK_SECONDS = 5, 0.25


def torch_step_ms(name, fused, threads, go=lambda: None):
    """Median milliseconds of PyTorch's training step; calls `go` when warmed up."""
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    sizes, batch, loss = CASES[name]
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    net = nn.Sequential(*layers[:-1])
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01, fused=fused)
    x = torch.rand(batch, sizes[0]) * 2 - 1
    if loss == "squared":
        target, criterion = torch.rand(batch, sizes[-1]), nn.MSELoss()
    else:
        target, criterion = torch.randint(0, sizes[-1], (batch,)), nn.CrossEntropyLoss()

    def block(steps):
        start = time.perf_counter()
        for _ in range(steps):
            optimizer.zero_grad()
            criterion(net(x), target).backward()
            optimizer.step()
        return (time.perf_counter() - start) / steps

    block(5)
    steps = max(3, int(BLOCK_SECONDS / block(5)))
    go()
    return 1e3 * statistics.median(block(steps) for _ in range(BLOCKS))


def one_process(name, fused):
    """One of several runs at once: says when it is warm, waits for the word, prints its time."""
    def go():
        print("warm", flush=True)
        sys.stdin.readline()

    print(torch_step_ms(name, fused, 1, go), flush=True)


def throughput_ms(name, fused, runs):
    """Mean milliseconds of a step when `runs` processes of one thread each run at once."""
    command = [sys.executable, __file__, "--one", name] + ["--fused"] * fused
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(runs)]
    for process in running:
        process.stdout.readline()
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    return statistics.mean(float(process.communicate()[0]) for process in running)


def environment():
    """A Python that has PyTorch."""
    python = VENV / "bin/python"
    if not python.exists() or subprocess.run([python, "-c", "import torch"], capture_output=True).returncode != 0:
        print(f"installing {' '.join(PINNED)} into {VENV.relative_to(ROOT)}: several GB, once", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PINNED], check=True)
    return python


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("lawbook", nargs="?")
    options.add_argument("--json", action="store_true")
    options.add_argument("--one", help=argparse.SUPPRESS)
    options.add_argument("--fused", action="store_true", help=argparse.SUPPRESS)
    options = options.parse_args()
    if options.one:
        return one_process(options.one, options.fused)
    python = environment()
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(python, [str(python), *sys.argv])
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    ours = json.loads(subprocess.run([options.lawbook, "bench", "--json"], check=True, stdout=subprocess.PIPE).stdout)
    rows = []
    for row in ours["rows"]:
        name, arrangement = row["net"], row["arrangement"]
        if arrangement == "latency":
            peer = {kind: torch_step_ms(name, kind == "fused", cores) for kind in ("eager", "fused")}
        else:
            peer = {kind: throughput_ms(name, kind == "fused", cores) for kind in ("eager", "fused")}
        rows.append(dict(row, torch_ms=peer, ratio=min(peer.values()) / row["ms_per_step"]))
    if options.json:
        print(json.dumps(dict(ours, rows=rows)))
        return
    print(f"{ours['isa']}, {ours['threads']} threads; best matrix product {ours['matmul_gflops']:.0f} GFLOP/s in all")
    print(f"{'net':<18} {'':<11} {'lawbook ms':>11} {'eager ms':>10} {'fused ms':>10} {'ratio':>7} {'of best':>8}")
    for r in rows:
        print(f"{r['net']:<18} {r['arrangement']:<11} {r['ms_per_step']:>11.3f} {r['torch_ms']['eager']:>10.3f} "
              f"{r['torch_ms']['fused']:>10.3f} {r['ratio']:>6.2f}x {100 * r['share_of_best']:>7.0f}%")
    print("ratio: PyTorch's better time over lawbook's")


if __name__ == "__main__":
    main()
