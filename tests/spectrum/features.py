"""Feature ranks and a ridge probe of a small network with PyTorch and NumPy; run once, its output is committed.

    VENV/bin/pip install torch numpy
    VENV/bin/python tests/spectrum/features.py

writes features.npz: weights and biases of a 30-24-24-24-5 network (float32), 300 inputs, labels, and what
the deep-grokking paper's code computes of them: torch.linalg.matrix_rank of the covariance of each layer's
outputs in float64, whose default tolerance is width * eps * largest singular value. The probe is the ridge
regression that src/spectrum/features.rs describes, solved by numpy.linalg.lstsq on augmented rows.
"""
import pathlib

import numpy as np
import torch

rng = np.random.default_rng(5)
sizes = [30, 24, 24, 24, 5]
out = {}
inputs = rng.random((300, 30)).astype(np.float32)
labels = (inputs[:, 0] * 2 + inputs[:, 1] > 1.5).astype(int) + 2 * (inputs[:, 2] > 0.6)
x = inputs.astype(np.float64)
ranks, probes = [], []
for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
    w = rng.normal(size=(b, a)) / np.sqrt(a)
    if i == 1:
        w = rng.integers(-3, 4, size=(b, 4)) @ rng.integers(-3, 4, size=(4, a)) / 32
    w, bias = w.astype(np.float32), rng.normal(size=b).astype(np.float32) / 10
    out[f"w{i}"], out[f"b{i}"] = w, bias.reshape(1, -1)
    z = x @ w.astype(np.float64).T + bias.astype(np.float64)
    ranks.append(int(torch.linalg.matrix_rank(torch.cov(torch.tensor(z).T))))
    fitted = len(z) * 4 // 5
    mean, one_hot = z[:fitted].mean(0), np.eye(4)[labels]
    centred, target = z[:fitted] - mean, one_hot[:fitted] - one_hot[:fitted].mean(0)
    penalty = 1e-4 * (centred**2).sum() / z.shape[1]
    rows = np.vstack([centred, np.sqrt(penalty) * np.eye(z.shape[1])])
    slopes = np.linalg.lstsq(rows, np.vstack([target, np.zeros((z.shape[1], 4))]), rcond=None)[0]
    scores = (z[fitted:] - mean) @ slopes + one_hot[:fitted].mean(0)
    probes.append(float((scores.argmax(1) == labels[fitted:]).mean()))
    x = np.maximum(z, 0)
out |= {"inputs": inputs, "labels": labels.reshape(1, -1).astype(np.float32)}
out |= {"ranks": np.array([ranks], dtype=np.float32), "probes": np.array([probes])}
np.savez_compressed(pathlib.Path(__file__).parent / "features.npz", **out)
print(ranks, probes)
