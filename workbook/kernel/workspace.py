"""One cargo workspace per running kernel: .kernel/1, .kernel/2, …

evcxr compiles every cell as a crate `ctx` and leaves profile, lock file and dependencies to whatever
workspace that crate stands in. So `ctx` gets a workspace of our making:

    .kernel/N/Cargo.toml    our profiles, the same text as in the root Cargo.toml
    .kernel/N/Cargo.lock    begins as a copy of the root's, so that every version is pinned
    .kernel/N/pin/          an empty crate that depends on the notebook library; without it cargo
                            would drop the pinned versions as soon as a cell has no dependency
    .kernel/N/ctx/          evcxr's crate; its target folder serves the command line too (N = 1)
    .kernel/N/lock          locked by the process that uses the workspace; two kernels in one
                            target folder would overwrite each other's cells
"""

import fcntl
import hashlib
import os
import re
import shutil
from pathlib import Path

import crates
from places import KERNEL, KERNELS, ROOT, Failed, target

PIN = """[package]
name = "pin"
version = "0.0.0"
edition = "2024"

[lib]
path = "lib.rs"

[dependencies]
lawbook-notebook = {{ path = "{kernel}" }}
"""
CTX = """[package]
name = "ctx"
version = "1.0.0"
edition = "2024"

[lib]
crate-type = ["cdylib"]
"""
# Members of the root workspace follow [profile.dev]; here they are dependencies and need saying so.
OWN_CRATES = "lawbook = { opt-level = 3 }\nlawbook-notebook = { opt-level = 3 }\n"
MOST_KERNELS = 16


def profiles():
    """The text of every [profile.…] table of the root Cargo.toml."""
    tables = re.split(r"(?m)^(?=\[)", (ROOT / "Cargo.toml").read_text())
    return "".join(table.rstrip() + "\n\n" for table in tables if table.startswith("[profile."))


def manifest():
    """The Cargo.toml of a kernel's workspace."""
    header = "[profile.dev.package]\n"
    text = profiles()
    if header not in text:
        raise Failed(f"{ROOT}/Cargo.toml has no table [profile.dev.package]: the notebook kernel copies its profile from there")
    text = text.replace(header, header + OWN_CRATES)
    return '[workspace]\nresolver = "3"\nmembers = ["ctx", "pin"]\n\n' + text


def write_if_changed(path, text):
    """Writes `text` whole or not at all, and leaves the file's time alone where nothing changes."""
    if path.is_file() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(text)
    part.replace(path)


def claim(n):
    """Locks workspace `n` for this process and the programs it becomes, or returns None."""
    (KERNELS / str(n)).mkdir(parents=True, exist_ok=True)
    lock = os.open(KERNELS / str(n) / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def claim_first_free():
    """The lock and the number of the first workspace that no kernel uses."""
    for n in range(1, MOST_KERNELS + 1):
        lock = claim(n)
        if lock is not None:
            return lock, n
    raise Failed(f"{MOST_KERNELS} notebook kernels of this checkout are running: shut one down first")


def prepare(n):
    """Writes workspace `n`, which the caller has claimed, as far as it is not already right."""
    here = KERNELS / str(n)
    write_if_changed(here / "pin/Cargo.toml", PIN.format(kernel=KERNEL))
    write_if_changed(here / "pin/lib.rs", "")
    write_if_changed(here / "ctx/Cargo.toml", CTX)
    write_if_changed(here / "ctx/src/lib.rs", "")
    lock = (ROOT / "Cargo.lock").read_text()
    text = manifest()
    # cargo rewrites the copied lock, so its origin is remembered instead of compared.
    origin = hashlib.sha256((lock + text).encode()).hexdigest()
    stamp = here / "lock-origin"
    if not (stamp.is_file() and stamp.read_text() == origin and (here / "Cargo.lock").is_file()):
        write_if_changed(here / "Cargo.toml", text)
        write_if_changed(here / "Cargo.lock", lock)
        write_if_changed(stamp, origin)
    write_if_changed(here / "Cargo.toml", text)


def seed(n):
    """Gives kernel `n` the compiled crates of kernel 1: registry crates by link, our own by copy."""
    shutil.rmtree(target(n), ignore_errors=True)
    with crates.no_cargo_writes(target(1)):
        crates.transplant(target(1), target(n), crates.registry_packages(), crates.link_or_copy)
        crates.transplant(target(1), target(n), {"lawbook", "lawbook-notebook"}, shutil.copy2)
