"""Executes notebooks headlessly and strictly: `run.py PATH… [--timeout SECONDS] [--html FOLDER]`.

A notebook is green when every cell ran and none panicked (in whichever thread), failed to compile,
failed through `?`, ended in a Result, ended its process, wrote to standard error (but for cells tagged
`allow-stderr`) or ran out of time. A numbered notebook of the workbook must also end in its seal,
`lawbook seal NN HASH`, with the hash that the command `lawbook seal NN` prints: a notebook that
stopped early or stands on other records has none or another. Smaller budgets (LAWBOOK_BUDGET) have
scratch records, so there no seal is asked for.

A notebook's metadata may say `"lawbook": {"timeout": SECONDS, "seal": "NN"}`: the time for each of
its cells, and a seal to ask for where the file is not in the workbook.

The executed notebook is kept in data/cache/notebooks/NAME.out.ipynb, whole or as far as it came.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat

import rules
import session
import workspace
from places import KERNEL, ROOT, Failed, host, target

EXECUTED = ROOT / "data/cache/notebooks"
SECONDS_PER_CELL = 900
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
SEAL = re.compile(r"^lawbook seal (\S+) (\S+)\s*$", re.M)


class Red(Exception):
    """Why a notebook failed: what happened, in which cell (counted from 1), and its messages."""

    def __init__(self, what, cell=None, messages=""):
        super().__init__(what)
        self.what, self.cell, self.messages = what, cell, messages


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="default: the numbered notebooks of workbook/")
    parser.add_argument("--timeout", type=float, default=SECONDS_PER_CELL, metavar="SECONDS", help="for each cell (default: %(default)s)")
    parser.add_argument("--html", type=Path, metavar="FOLDER", help="write the executed notebooks as HTML pages too")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    paths = arguments.paths or sorted((ROOT / "workbook").glob("[0-9][0-9]-*.ipynb"))
    passed, pages = 0, []
    for path in paths:
        start = time.monotonic()
        notebook, red = None, None
        try:
            notebook = read(path)
            execute(path, notebook, arguments.timeout)
        except Red as reason:
            red = reason
        passed += red is None
        cells = sum(cell.cell_type == "code" for cell in notebook.cells) if notebook else 0
        print(f"{'RED' if red else 'OK':4}{path.name:32}{cells:4} cells{time.monotonic() - start:8.1f} s", flush=True)
        if red:
            report(path, notebook, red)
        elif arguments.html:
            pages.append((path, notebook))
    if arguments.html:
        import page

        page.write_all(pages, arguments.html)
    print(f"{passed} passed, {len(paths) - passed} failed")
    return 0 if passed == len(paths) else 1


def read(path):
    """The notebook as version 4, with no outputs yet."""
    try:
        notebook = nbformat.read(str(path), as_version=4)
    except Exception as problem:  # whatever the reader meets, the file is no notebook
        raise Red(f"{path} cannot be read as a notebook: {problem}")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def execute(path, notebook, seconds):
    """Runs all cells and raises Red at the first failure; the notebook holds what came out."""
    executed(path).unlink(missing_ok=True)
    settings = notebook.metadata.get("lawbook", {})
    code = [(n, cell) for n, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code" and cell.source.strip()]
    for n, cell in code:
        for sentence in rules.broken_rules(cell.source):
            raise Red(sentence, n)
    environment = dict(os.environ, LAWBOOK_STRICT="1")
    try:
        with session.Session(path.resolve().parent, environment) as kernel:
            notebook.metadata.language_info = {"name": "rust", "pygments_lexer": "rust", "file_extension": ".rs"}
            for count, (n, cell) in enumerate(code, 1):
                cell.execution_count = count
                run_cell(kernel, n, cell, settings.get("timeout", seconds))
    finally:
        keep(path, notebook)
    number = seal_number(path, settings)
    if number:
        check_seal(number, code)


def run_cell(kernel, n, cell, seconds):
    """Runs one cell and raises Red where it failed in any of the ways there are."""
    try:
        kernel.execute(cell.source, cell.outputs, seconds)
    except session.TimedOut:
        raise Red(f"timed out: the cell was still running after {seconds:g} s", n, said(cell))
    except session.Died:
        raise Red("the kernel itself ended while the cell ran", n, said(cell) + kernel.log())
    errors = "".join(o.evalue for o in cell.outputs if o.output_type == "error")
    angry = "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stderr")
    values = [o.data.get("text/plain", "") for o in cell.outputs if o.output_type == "execute_result"]
    if "panicked at" in angry and (errors or "allow-stderr" not in cell.metadata.get("tags", [])):
        raise Red("the cell panicked", n, said(cell))
    if "terminated with status" in errors:
        status = errors.rpartition("status: ")[2].strip()
        raise Red(f"the cell ended its process ({status})", n, said(cell))
    if any(o.output_type == "error" for o in cell.outputs):
        raise Red("the cell does not compile", n, said(cell))
    if any(value.startswith(("Err(", "Ok(")) for value in values):
        raise Red("the cell ends in a Result: a failure there would pass unnoticed; unwrap it", n, "\n".join(values))
    if angry.strip() and "allow-stderr" not in cell.metadata.get("tags", []):
        raise Red("the cell wrote to standard error (a failing `?` does no more than that)", n, said(cell))


def said(cell):
    """The compiler's and the cell's own messages, without colours and stack frames."""
    words = []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            words.append(output.text.partition("\nstack backtrace:")[0])
        elif output.output_type == "error":
            words.append("\n".join(output.traceback) or output.evalue)
    return COLOURS.sub("", "\n".join(words)).strip()


def seal_number(path, settings):
    """The number of the seal that the notebook must end in, or None."""
    if os.environ.get("LAWBOOK_BUDGET", "paper") != "paper":
        return None
    in_workbook = path.resolve().parent == KERNEL.parent and re.match(r"\d\d-", path.name)
    return settings.get("seal") or (path.name[:2] if in_workbook else None)


def check_seal(number, code):
    """Compares the last cell's seal with the one that the records have now."""
    last, cell = code[-1] if code else (None, None)
    shown = "\n".join(o.get("text") or o.get("data", {}).get("text/plain", "") for o in cell.outputs) if cell else ""
    seals = SEAL.findall(shown)
    if not seals:
        raise Red(f"no seal: the last cell must print `lawbook seal {number} …`", last)
    binary = os.environ.get("LAWBOOK_BIN") or str(target() / host() / "debug/lawbook")
    command = [binary, "seal", number]
    try:
        answer = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    except OSError as problem:
        raise Red(f"no seal to compare with, {binary} does not run ({problem}): run `just setup`")
    if answer.returncode != 0 or not answer.stdout.split():
        raise Red(f"no seal to compare with: `lawbook seal {number}` failed", None, answer.stdout)
    right = answer.stdout.split()[-1]
    if (number, right) != seals[-1]:
        raise Red(f"wrong seal: the notebook says {' '.join(seals[-1])}, the records say {number} {right}: it stands on other records", last)


def keep(path, notebook):
    """Saves the executed notebook, whole or as far as it came."""
    workspace.write_if_changed(executed(path), nbformat.writes(notebook) + "\n")


def executed(path):
    """Where the executed notebook is kept."""
    return EXECUTED / f"{path.stem}.out.ipynb"


def report(path, notebook, red):
    """Says what failed: notebook, cell, its source, the messages."""
    print(f"    {path}{f', cell {red.cell}' if red.cell else ''}: {red.what}")
    if red.cell:
        print("\n".join(f"    | {line}" for line in notebook.cells[red.cell - 1].source.splitlines()))
    if red.messages.strip():
        print("\n".join(f"      {line}" for line in red.messages.strip().splitlines()))
    if executed(path).is_file():
        print(f"    as far as it came: {executed(path).relative_to(ROOT)}")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as sentence:
        sys.exit(f"run.py: {sentence}")
    except KeyboardInterrupt:
        print("\ninterrupted; the kernel is shut down", file=sys.stderr)
        sys.exit(130)
