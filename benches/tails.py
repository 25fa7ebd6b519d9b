"""lawbook's tails and the Python package powerlaw on the same numbers, in one sitting.

powerlaw is installed into a throw-away environment, data/cache/peers-tails. lawbook's times are of the whole
command, start and reading included; powerlaw's of the fit and the comparisons alone, in a warm interpreter.

    python3 benches/tails.py LAWBOOK_BINARY
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / "data/cache/peers-tails"
PINNED = ["powerlaw==1.5", "numpy==2.4.6", "scipy==1.17.1", "mpmath==1.4.1"]
PEER = """
import logging, sys, time, warnings
warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
import numpy, powerlaw
values = numpy.loadtxt(sys.argv[1])
powerlaw.Fit(values[:50], verbose=False).xmin
start = time.perf_counter()
fit = powerlaw.Fit(values, verbose=False)
fit.xmin
fitted = time.perf_counter()
for rival in ["lognormal", "exponential", "stretched_exponential", "truncated_power_law"]:
    fit.distribution_compare("power_law", rival)
print(fitted - start, time.perf_counter() - fitted, float(fit.xmin), float(fit.alpha))
"""


def best_of_three(command):
    def once():
        start = time.perf_counter()
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return time.perf_counter() - start, output

    return min((once() for _ in range(3)), key=lambda run: run[0])


def main():
    lawbook = sys.argv[1]
    if not (VENV / "bin/python").exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([VENV / "bin/pip", "install", "--quiet", *PINNED], check=True)
    source = random.Random(0)
    print(f"{'values':>7} {'powerlaw fit':>13} {'+ rivals':>9} {'lawbook fit':>12} {'+ rivals':>9} {'+ 1000 replicas, twice':>23}")
    for n in [200, 2_000, 20_000]:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.writelines(f"{source.random() ** (-1 / 1.5) + 0.5}\n" for _ in range(n))
            file.flush()
            peer = subprocess.run([VENV / "bin/python", "-c", PEER, file.name], check=True, capture_output=True, text=True)
            fit, rivals, x_min, alpha = map(float, peer.stdout.split("\r")[-1].split("%")[-1].split())
            command = [lawbook, "tail", file.name, "--json"]
            ours, output = best_of_three(command)
            with_rivals, _ = best_of_three([*command, "--compare"])
            with_replicas, _ = best_of_three([*command, "--gof", "1000"])
            found = json.loads(output)
            assert abs(found["alpha"] / alpha - 1) < 1e-9 and abs(found["x_min"] / x_min - 1) < 1e-12, (found, alpha, x_min)
            print(f"{n:>7} {fit:>11.3f} s {rivals:>7.3f} s {ours:>10.3f} s {with_rivals:>7.3f} s {with_replicas:>21.2f} s", flush=True)


main()
