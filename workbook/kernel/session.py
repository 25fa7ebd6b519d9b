"""A running notebook kernel, spoken to strictly: what a cell printed, showed and said in anger.

evcxr forwards a cell's standard error from a thread of its own, and lines may arrive after the cell
is reported as done; a failing `?` leaves no other trace. So after every cell the channel is drained
until it has been quiet for a while, and what arrives is counted to that cell.
"""

import os
import queue
import signal
import tempfile
import time

from jupyter_client.manager import KernelManager
from nbformat.v4 import output_from_msg

from places import Failed

QUIET_SECONDS = 0.25
START_SECONDS = 300


class TimedOut(Exception):
    """The cell was still running when its time was up."""


class Died(Exception):
    """The kernel itself ended."""


class Session:
    """A kernel in `folder`; use with `with`, so that it ends whatever happens."""

    def __init__(self, folder, environment):
        self.folder = str(folder)
        self.environment = environment
        self.words = tempfile.TemporaryFile("w+")

    def __enter__(self):
        self.manager = KernelManager(kernel_name="lawbook")
        try:
            # evcxr talks to the terminal ("Compiling …"): of interest only where the kernel fails.
            self.manager.start_kernel(cwd=self.folder, env=self.environment, stdout=self.words, stderr=self.words)
            self.group = os.getpgid(self.manager.provisioner.pid)
            self.client = self.manager.client()
            self.client.start_channels()
            self.client.wait_for_ready(timeout=START_SECONDS)
        except RuntimeError:
            self.__exit__()
            raise Failed(f"the notebook kernel did not start:\n{self.log()}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # The whole process group: a cell in a long loop would outlive its kernel otherwise.
        if getattr(self, "group", None):
            try:
                os.killpg(self.group, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if getattr(self, "client", None):
            self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)

    def log(self):
        """The last that the kernel said to its terminal."""
        self.words.seek(0)
        return "".join(self.words.readlines()[-20:])

    def execute(self, source, outputs, seconds):
        """Runs one cell and appends to `outputs`, a list of notebook outputs, as they come."""
        deadline = time.monotonic() + seconds
        request = self.client.execute(source, allow_stdin=False)
        while True:
            message = self._next(0.5)
            if message is None:
                if time.monotonic() > deadline:
                    raise TimedOut
                if not self.manager.is_alive():
                    raise Died
                continue
            if _is_end_of(request, message):
                break
            _append(outputs, message)
            if time.monotonic() > deadline:
                raise TimedOut
        while True:
            message = self._next(QUIET_SECONDS)
            if message is None:
                return
            _append(outputs, message)

    def _next(self, seconds):
        try:
            return self.client.get_iopub_msg(timeout=seconds)
        except queue.Empty:
            return None


def _is_end_of(request, message):
    idle = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
    return idle and message["parent_header"].get("msg_id") == request


def _append(outputs, message):
    if message["msg_type"] not in ("stream", "display_data", "execute_result", "error"):
        return
    output = output_from_msg(message)
    for earlier in outputs if output.output_type == "stream" else []:
        if earlier.output_type == "stream" and earlier.name == output.name:
            earlier.text += output.text
            return
    outputs.append(output)
