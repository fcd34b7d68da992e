"""Where commands of a run are executed: a server, or the client. A shim before `docker` and others sees each call there."""
from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import re
import shutil

SHIM = pathlib.Path(__file__).with_name("shim.sh")
LINE = re.compile(r"(begin|end) (\d+) ([\d.]+) (.*)")


@dataclasses.dataclass
class Call:
    """A program that a run started. Times are seconds since the machine booted; a call that did not end has no end."""
    number: int
    text: str
    begin: float
    end: float | None = None


class Place:
    """`directory` is seen from the client; what is in it steers the shims (see shim.sh)."""

    def __init__(self, name: str, directory: pathlib.Path, programs: tuple[str, ...]):
        self.name = name
        self._directory = directory
        (directory / "bin").mkdir(parents=True)
        for program in programs:
            shutil.copy(SHIM, directory / "bin" / program)

    def watch(self, *, timed=False):
        """Counts calls from now on. `timed` also logs their ends, at the price of a process more for each."""
        self.ignore()
        if timed:
            self._create("timed")
        self._create("count", "0\n")

    def arm(self, pattern: str, nth: int, *, hold=False, fail=False):
        """Counts calls from now on, and stops the nth one that matches the shell's pattern or makes it fail."""
        self.ignore()
        self._create("pattern", f"{pattern}\n")
        self._create("at", f"{nth}\n")
        if hold:
            self._create("hold")
        if fail:
            self._create("fail")
        self._create("count", "0\n")

    def ignore(self):
        for name in ("count", "timed", "at", "pattern", "hold", "fail", "reached", "calls"):
            with contextlib.suppress(FileNotFoundError):
                (self._directory / name).unlink()

    def reached(self) -> bool:
        return (self._directory / "reached").exists()

    def release(self):
        with contextlib.suppress(FileNotFoundError):
            (self._directory / "hold").unlink()

    def calls(self) -> list[Call]:
        calls: dict[int, Call] = {}
        with contextlib.suppress(FileNotFoundError):
            for line in (self._directory / "calls").read_text(errors="replace").splitlines():
                found = LINE.fullmatch(line)
                if not found:  # The rest of a call with line breaks.
                    last.text += f"\n{line}"
                    continue
                number, time = int(found[2]), float(found[3])
                if found[1] == "begin":
                    calls[number] = last = Call(number, found[4], time)
                elif number in calls:
                    calls[number].end = time
        return list(calls.values())

    def _create(self, name: str, text=""):
        (self._directory / name).write_text(text)
