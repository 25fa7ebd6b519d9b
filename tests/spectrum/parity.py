"""WeightWatcher's own numbers for a few small layers; run once, its output is committed beside it.

    VENV/bin/pip install torch numpy weightwatcher==0.7.7
    VENV/bin/python tests/spectrum/parity.py

writes weights.npz (the layers, float32 as WeightWatcher reads them) and weightwatcher.json: for each
layer the columns of analyze() with mp_fit, randomize and detX, the same with fix_fingers, and, because
WeightWatcher's shuffle takes no seed, the eigenvalues of the shuffles behind these numbers.
"""
import json, logging, math, pathlib, warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
import numpy as np
import torch
import torch.nn as nn
import weightwatcher

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(20)


def heavy(rows, cols):
    """Random weights plus directions whose strengths follow a power law."""
    left, _ = np.linalg.qr(rng.normal(size=(rows, cols)))
    right, _ = np.linalg.qr(rng.normal(size=(cols, cols)))
    strength = 0.3 * np.arange(1, cols + 1) ** -0.7 * cols**0.7
    return left * strength @ right + 0.05 * rng.normal(size=(rows, cols))


layers = {
    "heavy": heavy(200, 140),
    "random": rng.normal(size=(150, 100)) / 10,
    "square": rng.uniform(-0.1, 0.1, size=(110, 110)),
    "wide": rng.standard_t(3, size=(60, 300)) / 20,
    "spiked": rng.normal(size=(120, 80)) / 9 + np.outer(rng.normal(size=120), rng.normal(size=80)) / 6,
    "low_rank": rng.integers(-3, 4, size=(70, 12)) @ rng.integers(-3, 4, size=(12, 90)) / 64,
    "trap": rng.normal(size=(130, 105)) / 11,
    "small": rng.standard_t(3, size=(16, 40)) / 4,
    "head": rng.standard_t(3, size=(10, 120)) / 8,
    "conv": rng.standard_t(3, size=(24, 8, 3, 3)) / 20,
    "conv_in": rng.normal(size=(8, 20, 3, 3)) / 12,
    "conv_point": rng.normal(size=(60, 30, 1, 1)) / 6,
}
layers["trap"][3, 4] = 9.0
layers = {name: w.astype(np.float32) for name, w in layers.items()}

modules = nn.ModuleDict()
for name, w in layers.items():
    if w.ndim == 2:
        modules[name] = nn.Linear(w.shape[1], w.shape[0], bias=False)
    else:
        modules[name] = nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], bias=False)
    modules[name].weight.data = torch.tensor(w)

shuffles = []
original = weightwatcher.WeightWatcher.random_eigenvalues


def recorded(self, *args, **kwargs):
    values = original(self, *args, **kwargs)
    shuffles.append(values.tolist())
    return values


weightwatcher.WeightWatcher.random_eigenvalues = recorded
watcher = weightwatcher.WeightWatcher(model=modules)


def plain(value):
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    return value


def table(**options):
    details = watcher.analyze(**options)
    return {row["longname"]: {key: plain(value) for key, value in row.items()} for row in details.to_dict("records")}


np.random.seed(7)
whole = table(mp_fit=True, randomize=True, detX=True)
clipped = table(fix_fingers="clip_xmax")
assert len(shuffles) == 2 * len(layers)
out = {"weightwatcher": weightwatcher.__version__, "layers": {}}
for i, name in enumerate(layers):
    pooled, single = shuffles[2 * i], shuffles[2 * i + 1]
    out["layers"][name] = {
        "columns": whole[name],
        "fix_fingers": {key: clipped[name][key] for key in ["alpha", "D", "sigma", "xmin", "xmax", "num_pl_spikes", "num_fingers", "raw_alpha", "status"]},
        "pooled": pooled,
        "single": single,
    }
np.savez_compressed(HERE / "weights.npz", **layers)
(HERE / "weightwatcher.json").write_text(json.dumps(out) + "\n")
print(weightwatcher.__version__, (HERE / "weights.npz").stat().st_size, (HERE / "weightwatcher.json").stat().st_size)
for name in layers:
    print(name, {k: whole[name][k] for k in ["alpha", "D", "xmin", "num_spikes", "num_traps", "sigma_mp", "matrix_rank", "rank_loss"]}, clipped[name]["num_fingers"], clipped[name]["alpha"])
