"""Sets this checkout up: tools, Python packages, the notebook kernel, compiled crates.

    python3 workbook/kernel/setup.py            what `just setup` runs
    python3 workbook/kernel/setup.py --tests    the test runner too, what `just test` runs

Every step looks first and does only what is missing, so a second call is quick and a call after an
interruption goes on. Nothing needs root; nothing is written outside the checkout and the shared
folder (places.shared), except by rustup where it adds the compiler's sources.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import crates
import workspace
from places import KERNEL, ROOT, VENV, Failed, cargo_environment, host, outside_environment, shared, target

EVCXR = "0.22.0"
NEXTEST = "0.9.143"
PYTHON = (3, 9)
C_COMPILER = "no C compiler (cc) was found; install one: Debian/Ubuntu `build-essential`, Fedora `gcc`, macOS `xcode-select --install`"
NO_RUST = "no {tool} was found; install Rust with rustup (or the packages `rustc cargo` of Debian/Fedora, `rust` of Homebrew, if new enough)"
NO_VENV = "this Python has no working venv module; install it: Debian/Ubuntu `python3-venv`, Fedora `python3-pip`, Homebrew `python`"
NO_SOURCES = "the compiler's sources (rust-src) are missing and there is no rustup to add them; install them: Debian/Ubuntu and Fedora `rust-src`; with Homebrew use `rustup`"


def call(command, why, **how):
    """Runs a command and lets it print; a failure is a sentence."""
    if subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, **how).returncode != 0:
        raise Failed(f"{why} (the command was: {' '.join(str(word) for word in command)})")


def ask(command):
    """What a command prints."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout.strip()


def version(text):
    """The first dotted number in a text, comparable."""
    return tuple(int(part) for part in re.search(r"\d+(\.\d+)+", text).group().split("."))


def tools():
    """Rust, a C compiler and Python are there and new enough."""
    if sys.version_info < PYTHON:
        raise Failed(f"this is Python {sys.version.split()[0]}; at least {PYTHON[0]}.{PYTHON[1]} is needed: install a newer `python3`")
    for tool in ("rustc", "cargo"):
        if not shutil.which(tool):
            raise Failed(NO_RUST.format(tool=tool))
    needed = re.search(r'(?m)^rust-version = "(.+?)"', (ROOT / "Cargo.toml").read_text()).group(1)
    found = ask(["rustc", "--version"])
    if version(found) < version(needed):
        raise Failed(f"{found} is too old, at least {needed} is needed: `rustup update stable`, or a newer package")
    if not any(shutil.which(name) for name in ("cc", "gcc", "clang")):
        raise Failed(C_COMPILER)
    try:
        import ensurepip  # noqa: F401  Debian splits it from Python
        import venv  # noqa: F401
    except ImportError:
        raise Failed(NO_VENV)
    return f"{found}, Python {sys.version.split()[0]}"


def compiler_sources():
    """rust-src, which the kernel's code analyser reads to infer the types of variables."""
    def there():
        return (Path(ask(["rustc", "--print", "sysroot"])) / "lib/rustlib/src/rust/library/core/src/lib.rs").is_file()

    if there():
        return "present"
    if not shutil.which("rustup"):
        raise Failed(NO_SOURCES)
    print("      rustup adds rust-src, about 10 s", flush=True)
    call(["rustup", "component", "add", "rust-src"], "rustup could not add rust-src", cwd=ROOT)
    if not there():
        raise Failed("rustup says that it added rust-src, but the files are not there: `rustup toolchain install stable` repairs that")
    return "added"


def installed(program, exact):
    """Where cargo has installed this version of `program`: on PATH or in the shared folder."""
    on_path = shutil.which(program)
    for binary in [on_path and Path(on_path), shared() / "tools/bin" / program]:
        record = binary and binary.parent.parent / ".crates.toml"
        if binary and binary.is_file() and record.is_file() and f'"{program} {exact} ' in record.read_text():
            return binary
    return None


def install(program, exact, **how):
    """One program of the registry into the shared folder, once per person, not per checkout."""
    with crates.locked(shared() / "tools/lock", f"waiting for another set-up that is installing into {shared()}/tools"):
        if not installed(program, exact):
            command = ["cargo", "install", "--locked", "--version", exact, "--root", shared() / "tools", program]
            call(command, f"{program} {exact} could not be installed", cwd=shared(), env=outside_environment(), **how)
    return installed(program, exact)


def link(program, binary):
    """Puts a program into .venv/bin, where everything that this checkout runs is found."""
    name = VENV / "bin" / program
    if not (name.is_symlink() and os.readlink(name) == str(binary)):
        name.unlink(missing_ok=True)
        name.symlink_to(binary)


def python_packages():
    """.venv with exactly the versions of requirements.txt."""
    wanted = KERNEL / "requirements.txt"
    right = hashlib.sha256(f"{ROOT} {sys.version_info[:2]}".encode() + wanted.read_bytes()).hexdigest()
    stamp = VENV / "lawbook-stamp"
    if stamp.is_file() and stamp.read_text() == right and (VENV / "bin/python").exists():
        return "present"
    print("      installing JupyterLab into .venv, about 20 s", flush=True)
    call([sys.executable, "-m", "venv", "--clear", VENV], NO_VENV)
    command = [VENV / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", wanted]
    call(command, "pip could not install the packages of workbook/kernel/requirements.txt; is there a network?")
    workspace.write_if_changed(stamp, right)
    return "installed"


class KernelInstall(threading.Thread):
    """Installs evcxr, the program behind the Rust kernel, while the crates compile: both wait for single files."""

    def __init__(self):
        super().__init__(daemon=True)
        self.log = shared() / "tools/evcxr_jupyter.log"
        self.failure = None
        self.needed = not installed("evcxr_jupyter", EVCXR)

    def run(self):
        self.log.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(self.log, "w") as log:
                install("evcxr_jupyter", EVCXR, stdout=log, stderr=log)
        except (Failed, OSError) as failure:
            self.failure = failure


KERNEL_INSTALL = KernelInstall()


def begin_notebook_kernel():
    """Begins to install evcxr where it is missing."""
    if not KERNEL_INSTALL.needed:
        return "present"
    print(f"      compiling evcxr_jupyter {EVCXR} beside the next steps, once for all checkouts; its log: {KERNEL_INSTALL.log}", flush=True)
    KERNEL_INSTALL.start()
    return "begun"


def notebook_kernel():
    """evcxr is there."""
    if KERNEL_INSTALL.needed:
        if KERNEL_INSTALL.is_alive():
            print("      waiting for evcxr_jupyter, a few minutes", flush=True)
        KERNEL_INSTALL.join()
        if KERNEL_INSTALL.failure:
            tail = "".join(open(KERNEL_INSTALL.log).readlines()[-15:]) if KERNEL_INSTALL.log.is_file() else ""
            raise Failed(f"{KERNEL_INSTALL.failure}\n{tail}")
    link("evcxr_jupyter", installed("evcxr_jupyter", EVCXR))
    return f"evcxr_jupyter {EVCXR}"


def kernelspec():
    """The kernel's entry in .venv; neither the user's own kernels nor JupyterLab's settings are touched."""
    argv = [str(VENV / "bin/python"), str(KERNEL / "launch.py"), "{connection_file}"]
    spec = {"argv": argv, "display_name": "Rust (lawbook)", "language": "rust", "interrupt_mode": "message"}
    workspace.write_if_changed(VENV / "share/jupyter/kernels/lawbook/kernel.json", json.dumps(spec, indent=1) + "\n")
    default = {"MultiKernelManager": {"default_kernel_name": "lawbook"}}
    workspace.write_if_changed(VENV / "etc/jupyter/jupyter_server_config.json", json.dumps(default) + "\n")
    # JupyterLab otherwise asks the network for news at every start.
    silent = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    workspace.write_if_changed(VENV / "etc/jupyter/labconfig/page_config.json", json.dumps(silent) + "\n")
    return "Rust (lawbook)"


def command_line():
    """The lawbook program, and with it every registry crate, compiled once for all uses."""
    profiles = workspace.profiles()
    taken = crates.warm(profiles)
    if taken:
        print(f"      took {taken} compiled crates from {shared()}/crates", flush=True)
    elif not crates.count(target(), crates.registry_packages()):
        print("      compiling all crates, about 8 minutes on two cores, once for all checkouts", flush=True)
    # The kernel's analyser reads the manifests of every platform's crates, and should find them offline.
    call(["cargo", "fetch", "--quiet"], "cargo could not fetch the crates; is there a network?", cwd=ROOT, env=cargo_environment())
    call(["cargo", "build"], "the lawbook program does not compile", cwd=ROOT, env=cargo_environment())
    published = crates.publish(profiles)
    return f"shared {published} compiled crates" if published else "built"


def notebook_library():
    """The library that notebooks load, compiled ahead with the kernel's own flags."""
    lock = workspace.claim(1)
    if lock is not None:
        workspace.prepare(1)
        os.close(lock)
    command = ["cargo", "build", "--package", "lawbook-notebook", "--target", host()]
    how = {"cwd": target().parents[1], "env": dict(cargo_environment(), CARGO_TARGET_DIR=str(target()))}
    call(command, "the notebook library does not compile", **how)
    return "built"


def test_runner():
    """cargo-nextest: one on PATH serves."""
    if shutil.which("cargo-nextest"):
        return "present"
    binary = installed("cargo-nextest", NEXTEST)
    if not binary:
        print(f"      compiling cargo-nextest {NEXTEST}, about 5 minutes on two cores, once for all checkouts", flush=True)
        binary = install("cargo-nextest", NEXTEST)
    link("cargo-nextest", binary)
    return f"cargo-nextest {NEXTEST}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tests", action="store_true", help="make sure of the test runner too")
    steps = [
        ("tools", tools),
        ("compiler sources", compiler_sources),
        ("Python packages", python_packages),
        ("notebook kernel", begin_notebook_kernel),
        ("kernel entry", kernelspec),
        ("command line", command_line),
        ("notebook library", notebook_library),
        ("notebook kernel", notebook_kernel),
    ] + [("test runner", test_runner)] * parser.parse_args().tests
    table = []
    for at, (name, step) in enumerate(steps, 1):
        print(f"[{at}/{len(steps)}] {name}", flush=True)
        start = time.monotonic()
        found = step()
        table.append((name, found, time.monotonic() - start))
    print()
    for name, found, seconds in table:
        print(f"{name:18}{seconds:8.1f} s   {found}")
    print(f"{'in all':18}{sum(seconds for _, _, seconds in table):8.1f} s")


if __name__ == "__main__":
    try:
        main()
    except Failed as sentence:
        sys.exit(f"set-up stopped: {sentence}")
    except KeyboardInterrupt:
        print("\nset-up interrupted; run it again to go on", file=sys.stderr)
        sys.exit(130)
