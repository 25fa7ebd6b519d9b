"""Omnigrok's small network in PyTorch, three seeds: `just bench omnigrok` (about ten minutes on two cores).

Writes src/study/s04_grokking/omnigrok_pytorch.csv, which claim 04.16 compares lawbook's runs with: the network
784-200-200-10, PyTorch's initial parameters x 8, squared error on one-hot, AdamW, the first 1 000 training
images of MNIST in 0..1, batches of 200, single precision, 100 000 steps; accuracies on those 1 000 and on all
10 000 test images (hyper-parameters: the MNIST notebook of Liu, Michaud and Tegmark 2022).

Reads MNIST from data/cache (`lawbook data fetch mnist`) and uses the environment of benches/peers.py.
"""

import os
import subprocess
import sys
from pathlib import Path

import peers

MNIST = peers.ROOT / "data/cache/mnist"
OUT = peers.ROOT / "src/study/s04_grokking/omnigrok_pytorch.csv"
SIZES, N_TRAIN, BATCH, STEPS, EVERY, SEEDS = [784, 200, 200, 10], 1000, 200, 100_000, 1000, 3


def images(name, count):
    """The first images and labels of a part of MNIST."""
    import numpy as np
    import torch

    pixels = np.fromfile(MNIST / f"{name}-images-idx3-ubyte", np.uint8)[16:].reshape(-1, 784)[:count]
    labels = np.fromfile(MNIST / f"{name}-labels-idx1-ubyte", np.uint8)[8:][:count]
    return torch.tensor(pixels, dtype=torch.float32) / 255, torch.tensor(labels, dtype=torch.int64)


def train(seed):
    """One run; prints a line of the table at each look."""
    import torch
    import torch_nets

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    net = torch_nets.mlp(SIZES)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter *= 8
    x, labels = images("train", N_TRAIN)
    target = torch.nn.functional.one_hot(labels, 10).float()
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01, fused=True)
    seen, held_out = (x, labels), images("t10k", 10_000)

    def accuracy(part):
        with torch.no_grad():
            return (net(part[0]).argmax(1) == part[1]).float().mean().item()

    for step in range(STEPS + 1):
        if step % EVERY == 0:
            print(f"{seed},{step},{accuracy(seen):.4f},{accuracy(held_out):.4f}", flush=True)
        batch = step % (N_TRAIN // BATCH)
        if batch == 0:
            order = torch.randperm(N_TRAIN)
        rows = order[batch * BATCH:(batch + 1) * BATCH]
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(net(x[rows]), target[rows]).backward()
        optimizer.step()


def main():
    if len(sys.argv) == 2:
        return train(int(sys.argv[1]))
    if not (MNIST / "t10k-labels-idx1-ubyte").exists():
        sys.exit(f"{MNIST} lacks MNIST's files: `lawbook data fetch mnist` fetches them")
    python = peers.environment()
    start = lambda seed: subprocess.Popen([python, __file__, str(seed)], stdout=subprocess.PIPE, text=True)
    table, waiting = "seed,step,train_accuracy,test_accuracy\n", list(range(SEEDS))
    while waiting:
        together, waiting = waiting[:os.cpu_count()], waiting[os.cpu_count():]
        for seed, run in [(seed, start(seed)) for seed in together]:
            table += run.communicate()[0]
            if run.returncode != 0:
                sys.exit(f"seed {seed}: PyTorch stopped with exit code {run.returncode}; {OUT.name} was left as it was")
            print(f"seed {seed}: {table.splitlines()[-1]}", flush=True)
    OUT.write_text(table)


if __name__ == "__main__":
    main()
