"""Compiled registry crates, carried from one target folder to another.

A registry crate's build depends on its version, features, profile, flags and compiler, not on the
checkout, so cargo accepts it in any target folder as long as names and file times are kept. A fresh
checkout therefore takes the seven minutes' work from a folder that all checkouts share:
`shared()/crates/KEY/`, where KEY stands for compiler, lock file, profiles and flags.

In a profile folder (`debug/`), one unit of work is NAME-HASH: `.fingerprint/NAME-HASH/` says that it is
done, `deps/*-HASH.*` and `build/NAME-HASH/` hold what it made.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

from places import ROOT, RUSTFLAGS, host, rustc_version, shared, target

KEPT_KEYS = 2


def registry_packages():
    """The names of all packages that Cargo.lock takes from a registry."""
    packages = (ROOT / "Cargo.lock").read_text().split("[[package]]")
    return {re.search(r'name = "(.+?)"', p).group(1) for p in packages if "\nsource = " in p}


def key(profiles):
    """Names the set of builds that this checkout needs."""
    parts = [rustc_version(), (ROOT / "Cargo.lock").read_text(), profiles, RUSTFLAGS]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def profile_folders():
    """The two profile folders of a target folder: for this machine, and for build scripts and macros."""
    return [f"{host()}/debug", "debug"]


def units(folder, packages):
    """The finished units NAME-HASH of `packages` in one profile folder."""
    done = folder / ".fingerprint"
    return {u for u in os.listdir(done) if u.rpartition("-")[0] in packages} if done.is_dir() else set()


def count(where, packages):
    """How many finished units of `packages` a target folder holds."""
    return sum(len(units(where / name, packages)) for name in profile_folders())


def link_or_copy(source, destination):
    """A second name for the same file where the file system can; nobody writes into these files."""
    try:
        os.link(source, destination)
    except OSError:
        shutil.copy2(source, destination)


def transplant(source, destination, packages, put):
    """Carries the finished units of `packages` over; `put(from, to)` carries one file of deps/."""
    for name in profile_folders():
        old, new = source / name, destination / name
        wanted = units(old, packages)
        hashes = {unit.rpartition("-")[2] for unit in wanted}
        (new / "deps").mkdir(parents=True, exist_ok=True)
        for entry in os.listdir(old / "deps") if wanted else []:
            made_by = re.search(r"-([0-9a-f]{16})(\.|$)", entry)
            if made_by and made_by.group(1) in hashes:
                put(old / "deps" / entry, new / "deps" / entry)
        for folder in ("build", ".fingerprint"):
            for unit in sorted(wanted):
                if (old / folder / unit).is_dir():
                    shutil.copytree(old / folder / unit, new / folder / unit)


@contextlib.contextmanager
def locked(path, waiting):
    """Holds the lock file `path`; says `waiting` where someone else holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print(waiting, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def no_cargo_writes(where):
    """Holds cargo's own locks of a target folder, so that no build changes it meanwhile."""
    with contextlib.ExitStack() as stack:
        for name in profile_folders():
            lock = where / name / ".cargo-lock"
            stack.enter_context(locked(lock, f"waiting for a cargo build in {where}"))
        yield


def cache_lock():
    """The lock of the shared crates."""
    return locked(shared() / "crates/lock", f"waiting for another checkout that is copying crates in {shared()}/crates")


def warm(profiles):
    """Takes the shared builds where this checkout has none; says how many units it took."""
    packages, entry = registry_packages(), shared() / "crates" / key(profiles)
    if count(target(), packages) or not entry.is_dir():
        return 0
    with cache_lock(), no_cargo_writes(target()):
        if not entry.is_dir():
            return 0
        os.utime(entry)
        # Beside it first, then in its place: half of the units would make cargo compile the rest anew.
        part = target().with_name("target.part")
        shutil.rmtree(part, ignore_errors=True)
        transplant(entry, part, packages, shutil.copy2)
        shutil.rmtree(target())
        part.rename(target())
    return count(target(), packages)


def publish(profiles):
    """Shares this checkout's builds where they are new or more than what is shared; says how many."""
    packages, entry = registry_packages(), shared() / "crates" / key(profiles)
    ours = count(target(), packages)
    if entry.is_dir() and count(entry, packages) >= ours:
        return 0
    with cache_lock(), no_cargo_writes(target()):
        part = Path(tempfile.mkdtemp(prefix=".part-", dir=entry.parent))
        try:
            transplant(target(), part, packages, shutil.copy2)
            old = part.with_name(part.name + "-old")
            if entry.is_dir():
                entry.rename(old)
            part.rename(entry)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        tidy(entry.parent)
    return ours


def tidy(folder):
    """Keeps the newest keys and removes the rest, cut-off transfers included; the caller holds the lock."""
    entries = [e for e in folder.iterdir() if e.is_dir()]
    keys = sorted((e for e in entries if not e.name.startswith(".")), key=lambda e: e.stat().st_mtime)
    for entry in [e for e in entries if e.name.startswith(".")] + keys[:-KEPT_KEYS]:
        shutil.rmtree(entry, ignore_errors=True)
