"""A real terminal: tmux on a socket of its own, with a shell in it that a test types to."""
from __future__ import annotations

import os
import pathlib
import re
import shutil
import tempfile

from .process import LabError, Unavailable, run, wait_until

PROMPT = "local> "
CONFIGURATION = "set -g default-terminal screen-256color\nset -g status off\nset -g history-limit 5000\n"


class Terminal:
    """with Terminal(folder, environment) as terminal: terminal.type("ls")   Its shell says PROMPT."""

    def __init__(self, folder: pathlib.Path, environment: dict[str, str], columns=100, rows=30):
        program = shutil.which("tmux")
        if program is None:
            raise Unavailable("not installed: tmux")
        self._sockets = tempfile.mkdtemp(prefix="tmux-", dir=environment.get("TMPDIR"))
        (pathlib.Path(self._sockets) / "tmux.conf").write_text(CONFIGURATION)
        self._command = [program, "-L", "kamal-e2e", "-f", f"{self._sockets}/tmux.conf"]
        self._environment = {**environment, "TMUX_TMPDIR": self._sockets, "LC_ALL": "C.UTF-8",
                             "TERM": "xterm-256color", "SHELL": "/bin/sh", "PS1": PROMPT}
        self._environment.pop("TMUX", None)
        self._tmux("new-session", "-d", "-x", columns, "-y", rows, "-c", folder, "sh")
        self.see(PROMPT)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_):
        self._tmux("kill-server", check=False)
        shutil.rmtree(self._sockets, ignore_errors=True)

    def _tmux(self, *arguments, **options):
        return run([*self._command, *arguments], env=self._environment, timeout=20, **options)

    def type(self, text: str):
        """The text, and Return."""
        self._tmux("send-keys", "-l", text)
        self.press("Enter")

    def press(self, key: str):
        self._tmux("send-keys", key)

    def resize(self, columns: int, rows: int):
        self._tmux("resize-window", "-x", columns, "-y", rows)

    def cursor_flag(self) -> str:
        """1 if the cursor is visible."""
        return self._tmux("display-message", "-p", "#{cursor_flag}").stdout.strip()

    def screen(self) -> str:
        """All lines so far, long ones whole, without blanks at their ends."""
        lines = self._tmux("capture-pane", "-p", "-J", "-S", "-").stdout.splitlines()
        return "\n".join(line.rstrip() for line in lines).rstrip()

    def see(self, text: str, timeout=30.0) -> str:
        """Waits until a line is `text`, whole; the screen then. What was typed before the shell was ready for it is
        echoed at once, and then the prompt stands in front of the answer."""
        return self.see_match(rf"(?m)^({re.escape(PROMPT)})?{re.escape(text.rstrip())}$", timeout)

    def see_match(self, pattern: str, timeout=30.0) -> str:
        """Waits until something on the screen matches; the screen then."""
        try:
            wait_until(pattern, lambda: re.search(pattern, self.screen()), timeout=timeout)
        except LabError as error:
            raise LabError(f"{error} on the screen:\n{self.screen()}") from None
        return self.screen()
