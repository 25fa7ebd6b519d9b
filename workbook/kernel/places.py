"""Where things lie and how cargo is called: shared by the scripts of this folder.

Everything that one checkout makes for its notebooks lies in .kernel/ and .venv/. What every
checkout of this person can share (the kernel's program, compiled crates) lies in `shared()`.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KERNEL = ROOT / "workbook/kernel"
KERNELS = ROOT / ".kernel"
VENV = ROOT / ".venv"
# The kernel's own flags: evcxr passes exactly these, and other flags would mean other builds.
RUSTFLAGS = "-Cprefer-dynamic"


class Failed(Exception):
    """What went wrong and what to do about it, as a sentence."""


def shared():
    """The folder that the checkouts of one person share: safe to delete."""
    if os.environ.get("LAWBOOK_CACHE"):
        return Path(os.environ["LAWBOOK_CACHE"]).expanduser().resolve()
    if os.environ.get("XDG_CACHE_HOME"):
        return Path(os.environ["XDG_CACHE_HOME"]) / "lawbook"
    return Path.home() / ("Library/Caches/lawbook" if sys.platform == "darwin" else ".cache/lawbook")


def target(n=1):
    """The target folder of kernel `n`; that of kernel 1 serves the command line and the tests too."""
    return KERNELS / str(n) / "ctx/target"


def rustc_version():
    """What `rustc -vV` prints."""
    return subprocess.run(["rustc", "-vV"], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout


def host():
    """The target triple of this machine."""
    return re.search(r"^host: (\S+)$", rustc_version(), re.M).group(1)


def outside_environment():
    """The environment without our own flags: for programs that are not part of this checkout."""
    ours = {"RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET"}
    return {name: value for name, value in os.environ.items() if name not in ours}


def cargo_environment():
    """The environment of every cargo call in the checkout: one set of flags, one target folder."""
    return dict(outside_environment(), RUSTFLAGS=RUSTFLAGS)
