"""Proves that the notebook runner tells a healthy notebook from every kind of broken one.

    .venv/bin/python tests/notebooks/test_runner.py

Every test starts a kernel of its own; in all it takes a minute or two.
"""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RUN = [sys.executable, str(ROOT / "workbook/kernel/run.py")]
SEAL = "0123abcd"
sys.path.insert(0, str(ROOT / "workbook/kernel"))

import crates  # noqa: E402
import page  # noqa: E402
import rules  # noqa: E402

scratch = tempfile.TemporaryDirectory()


def command_that_seals(answer):
    """A stand-in for the lawbook program whose only seal is `answer`."""
    program = Path(scratch.name) / f"lawbook-{answer}"
    program.write_text(f'#!/bin/sh\n[ "$1 $2" = "seal 07" ] && echo {answer}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def run(name, *options, seal=SEAL, budget="paper"):
    """The runner's exit status and words about one notebook of this folder."""
    environment = dict(os.environ, LAWBOOK_BIN=command_that_seals(seal), LAWBOOK_BUDGET=budget)
    command = [*RUN, str(HERE / f"{name}.ipynb"), *options]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    return done.returncode, done.stdout


def start(name):
    """A runner at work on one notebook of this folder; it hears Ctrl-C also where these tests run in a shell's background."""
    command = [*RUN, str(HERE / f"{name}.ipynb")]
    hears = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=hears)


def executed(name):
    return json.loads((ROOT / f"data/cache/notebooks/{name}.out.ipynb").read_text())


class Runner(unittest.TestCase):
    def red(self, name, reason, source, **how):
        """The notebook is red for this reason, and the report shows the cell's source."""
        status, words = run(name, **how)
        self.assertEqual(status, 1, words)
        self.assertRegex(words, reason)
        self.assertIn(f"    | {source}", words)
        self.assertTrue(words.endswith("0 passed, 1 failed\n"), words)
        self.assertNotIn("\x1b", words)
        return words

    def test_a_healthy_notebook_is_green_and_its_page_loads_nothing_from_elsewhere(self):
        folder = Path(scratch.name) / "book"
        status, words = run("healthy", "--html", str(folder))
        self.assertEqual(status, 0, words)
        self.assertTrue(words.endswith("1 passed, 0 failed\n"), words)
        text = (folder / "healthy.html").read_text()
        self.assertIsNone(page.LOADS.search(text))
        self.assertIn("<math", text)
        self.assertIn("<code>$code</code>", text)
        self.assertIn('href="broken-panic.html"', text)
        self.assertIn('href="healthy.html"', (folder / "index.html").read_text())

    def test_a_panic_is_red_and_what_ran_before_it_is_kept(self):
        words = self.red("broken-panic", r"cell 3: the cell panicked", "assert_eq!(1 + 1, 3")
        self.assertIn("two is not three", words)
        outputs = [cell.get("outputs") for cell in executed("broken-panic")["cells"]]
        self.assertIn("hello", json.dumps(outputs[1]))
        self.assertEqual(outputs[3], [])

    def test_an_unwrap_of_an_error_is_red(self):
        self.red("broken-unwrap", r"cell 1: the cell panicked(.|\n)*ParseIntError", '"seven".parse')

    def test_a_question_mark_outside_a_function_is_red_before_anything_runs(self):
        self.red("broken-question-mark", r"cell 1: line 2 uses `\?`", "let seven")

    def test_a_question_mark_that_a_macro_hides_is_red_when_it_fails(self):
        self.red("broken-hidden-question-mark", r"wrote to standard error(.|\n)*invalid digit", "try_it!")

    def test_an_error_as_last_value_is_red(self):
        self.red("broken-err", r"ends in a Result(.|\n)*Err\(ParseIntError", '"seven".parse')

    def test_a_bare_result_as_last_value_is_red_before_anything_runs(self):
        self.red("broken-bare-result", r"ends in a bare Result", "Err::<i32, String>")

    def test_a_panic_in_a_thread_is_red(self):
        self.red("broken-thread-panic", r"cell 2: the cell panicked(.|\n)*lost in a thread", "let lost")

    def test_leaving_the_process_is_red_even_with_status_0(self):
        self.red("broken-exit-0", r"ended its process \(0\)", "std::process::exit(0)")
        self.red("broken-exit-1", r"ended its process \(1\)", "std::process::exit(1)")

    def test_a_cell_that_does_not_compile_is_red_with_the_compilers_message(self):
        self.red("broken-compile", r"does not compile(.|\n)*E0308(.|\n)*expected `i32`, found `&str`", "let five")

    def test_words_on_standard_error_are_red_without_the_tag(self):
        self.red("broken-stderr", r"wrote to standard error(.|\n)*something is wrong", "eprintln!")

    def test_a_cell_that_takes_too_long_is_red_and_leaves_nothing_running(self):
        with start("broken-timeout") as process:
            kernel = wait_for(lambda: kernel_of(process), 60)
            words = process.communicate(timeout=60)[0]
        self.assertEqual(process.returncode, 1, words)
        self.assertRegex(words, r"still running after 3 s\n    \| std::thread::sleep")
        self.assertTrue(wait_for(lambda: is_gone(kernel), 10), "the cell outlived its time")

    def test_a_notebook_that_stops_early_has_no_seal_and_is_red(self):
        self.red("broken-no-seal", r"no seal: the last cell must print", "println!")

    def test_a_seal_of_other_records_is_red(self):
        reason = rf"wrong seal: the notebook says 07 {SEAL}, the records say 07 ffff"
        self.red("broken-wrong-seal", reason, "println!", seal="ffff")

    def test_a_smaller_budget_asks_for_no_seal(self):
        status, words = run("broken-no-seal", budget="smoke")
        self.assertEqual(status, 0, words)

    def test_a_file_that_is_no_notebook_is_red(self):
        status, words = run("test_runner.py/no-such-file")
        self.assertEqual(status, 1)
        self.assertIn("cannot be read as a notebook", words)

    def test_two_kernels_at_once_do_not_disturb_each_other(self):
        runs = [start("healthy-library") for _ in range(2)]
        words = [process.communicate(timeout=300)[0] for process in runs]
        self.assertEqual([process.returncode for process in runs], [0, 0], words)

    def test_a_terminated_run_shuts_its_kernel_down(self):
        for name in (signal.SIGTERM, signal.SIGINT):
            with start("broken-timeout") as process:
                kernel = wait_for(lambda: kernel_of(process), 60)
                process.send_signal(name)
                process.communicate(timeout=60)
            self.assertIn(process.returncode, (130, 143))
            self.assertTrue(wait_for(lambda: is_gone(kernel), 10), f"a kernel outlived {name.name}")


class Rules(unittest.TestCase):
    def test_question_marks_of_functions_closures_comments_and_strings_are_allowed(self):
        for cell in [
            "fn f() -> Option<i32> { Some(g()? + 1) }",
            "let f = |x: i32| -> Option<i32> { Some(g(x)?) };",
            "xs.iter().map(|x| g(x)?).count()",
            'println!("really?"); // why?\n/* what? */ let c = \'?\';',
            "fn f<T: ?Sized>(t: &T) {}\nprintln!(r#\"a \"?\" b\"#);",
            ":help what?\nlet x: &'static str = \"?\";",
        ]:
            self.assertEqual(rules.broken_rules(cell), [], cell)

    def test_question_marks_elsewhere_are_found_with_their_line(self):
        for cell, line in [("let x = f()?;", 1), ("for x in xs {\n    g(x)?;\n}", 2), ("fn f() {}\nlet y = f();\nif y { g()?; }", 3)]:
            self.assertRegex("".join(rules.broken_rules(cell)), f"^line {line} uses", cell)

    def test_only_a_whole_result_is_a_bare_result(self):
        for cell, bare in [("Ok(1)", True), ("let x = 1;\nErr::<(), i32>(x)", True), ("Ok::<i32, ()>(1).unwrap()", False), ("Ok(1);", False), ("Some(Ok(1))", False)]:
            self.assertEqual(bool(rules.broken_rules(cell)), bare, cell)


class SharedCrates(unittest.TestCase):
    def test_only_finished_registry_crates_are_carried_and_their_times_are_kept(self):
        old, new = Path(scratch.name) / "old", Path(scratch.name) / "new"
        folder = old / crates.profile_folders()[0]
        done, own, begun = f"csv-{'a' * 16}", f"lawbook-{'b' * 16}", f"tar-{'c' * 16}"
        for unit in (done, own):
            (folder / ".fingerprint" / unit).mkdir(parents=True)
        (folder / "deps").mkdir()
        for unit in (done, own, begun):
            (folder / "deps" / f"lib{unit}.rlib").write_text(unit)
        os.utime(folder / "deps" / f"lib{done}.rlib", (1e9, 1e9))
        crates.transplant(old, new, {"csv", "tar"}, crates.link_or_copy)
        arrived = sorted(p.name for p in (new / crates.profile_folders()[0]).glob("*/*"))
        self.assertEqual(arrived, [done, f"lib{done}.rlib"])
        self.assertEqual((new / crates.profile_folders()[0] / "deps" / f"lib{done}.rlib").stat().st_mtime, 1e9)


def kernel_of(process):
    """The process group of the kernel that a runner has started, or None."""
    listed = subprocess.run(["ps", "-axo", "ppid=,pgid=,command="], stdout=subprocess.PIPE, text=True).stdout
    found = re.search(rf"(?m)^\s*{process.pid} +(\d+) .*evcxr_jupyter --control_file", listed)
    return int(found.group(1)) if found else None


def is_gone(group):
    """Whether no process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def wait_for(condition, seconds):
    """What `condition` returns as soon as it is something, or its last answer."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
    return condition()


if __name__ == "__main__":
    result = unittest.main(exit=False).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
