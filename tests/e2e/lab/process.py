"""Local processes, with a time limit on each, and the waiting that the rest builds on."""
from __future__ import annotations

import ctypes
import os
import pathlib
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class LabError(Exception):
    """Something in the laboratory did not work."""


class Unavailable(LabError):
    """The laboratory cannot run on this machine, and why."""


def run(argv, *, timeout=60.0, check=True, **options) -> subprocess.CompletedProcess:
    """Runs a command to its end; its output is text. `check` makes a failure a LabError with that output."""
    if "input" not in options:
        options.setdefault("stdin", subprocess.DEVNULL)
    if not isinstance(options.get("input"), bytes):
        options.update(text=True, errors="replace")
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    argv = [str(word) for word in argv]
    try:
        result = subprocess.run(argv, timeout=timeout, check=False, **options)
    except subprocess.TimeoutExpired as error:
        raise LabError(f"{' '.join(argv)}: no end after {timeout:.0f} s") from error
    except FileNotFoundError as error:
        raise LabError(f"{argv[0]}: {error.strerror}") from error
    if check and result.returncode != 0:
        raise LabError(f"{' '.join(argv)}: exit status {result.returncode}\n{result.stdout or ''}{result.stderr or ''}")
    return result


def wait_until(what: str, condition, *, timeout: float, interval: float = 0.1):
    """Waits until `condition()` is true and returns its value; a LabError after `timeout` seconds."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise LabError(f"{what}: not within {timeout:.0f} s")
        time.sleep(interval)


def end_with_parent():
    """For preexec_fn: the child is told to end when the harness dies, however it dies."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Daemon:
    """A process of the laboratory's own that runs until it is stopped; its output goes to a file."""

    def __init__(self, argv, log: pathlib.Path, pid_file: pathlib.Path, env=None):
        self.log = log
        self.pid_file = pid_file
        with open(log, "ab") as output:
            self.process = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=output, env=env, start_new_session=True, preexec_fn=end_with_parent)
        pid_file.write_text(str(self.process.pid))

    def running(self) -> bool:
        return self.process.poll() is None

    def last_lines(self, count=15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def stop(self, grace=30.0):
        if self.running():
            self.process.terminate()
            try:
                self.process.wait(grace)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        self.pid_file.unlink(missing_ok=True)


def stop_left_over(pid_file: pathlib.Path, word: str):
    """Ends the process of an earlier harness that was killed, if the id still belongs to it: `word` is in its argv."""
    try:
        pid = int(pid_file.read_text())
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if word.encode() not in command:
        return
    for number, grace in ((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, number)
            wait_until(f"process {pid} ends", lambda: not pathlib.Path(f"/proc/{pid}").exists(), timeout=grace)
            return
        except ProcessLookupError:
            return
        except LabError:
            continue
