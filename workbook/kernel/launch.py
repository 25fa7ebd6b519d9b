"""Starts the notebook kernel: Jupyter runs `launch.py CONNECTION_FILE` (see setup.py, kernelspec).

Takes the first workspace that no other kernel uses, and becomes evcxr in it. The lock stays open in
evcxr and in whatever it starts, so a workspace is free again only when the last of them has ended.
"""

import os
import sys

import workspace
from places import KERNEL, VENV, Failed, target


def main(connection_file):
    lock, n = workspace.claim_first_free()
    os.set_inheritable(lock, True)
    workspace.prepare(n)
    if n > 1:
        workspace.seed(n)
    environment = dict(os.environ)
    for name in ("CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET"):
        environment.pop(name, None)
    strict = environment.get("LAWBOOK_STRICT") == "1"
    environment.update(
        EVCXR_TMPDIR=str(target(n).parent),
        EVCXR_CONFIG_DIR=str(KERNEL / ("strict" if strict else "reader")),
        # For evcxr's code analyser alone: it then skips the heavy crates (see the root Cargo.toml).
        # What evcxr compiles gets evcxr's own flags.
        RUSTFLAGS="--cfg ra_view",
    )
    program = str(VENV / "bin/evcxr_jupyter")
    if not os.path.exists(program):
        raise Failed(f"{program} is missing: run `just setup`")
    os.execve(program, [program, "--control_file", connection_file], environment)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except Failed as sentence:
        sys.exit(f"lawbook kernel: {sentence}")
