"""Looks at every argv on this machine, the servers' included (their processes are this kernel's), again and again.

Started as a program of its own: it reads the words to look for from standard input, watches until that is closed,
and prints what it saw as JSON.
"""
from __future__ import annotations

import json
import os
import pathlib
import select
import subprocess
import sys

FREQUENT = 200  # A young process is read this often, since its argv changes with exec; later only now and then.
SELDOM = 25


class ArgvWatch:
    """with ArgvWatch(["a secret"]) as watch: ...   Then watch.found has the command lines that held one of the words."""

    def __init__(self, words: list[str]):
        self.found: list[str] = []
        self.seen: set[str] = set()  # Every command line that was seen, NUL bytes as blanks.
        self.looks = 0               # At one process each.
        self._process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        if self._process.stdout.readline() != "watching\n":
            raise RuntimeError("the watcher does not start")

    def __enter__(self) -> ArgvWatch:
        return self

    def __exit__(self, *_):
        output, _ = self._process.communicate(timeout=30)  # Closes its standard input.
        result = json.loads(output)
        self.found, self.seen, self.looks = result["found"], set(result["seen"]), result["looks"]


def watch():
    words = [word.encode() for word in json.loads(sys.stdin.readline())]
    print("watching", flush=True)
    reads: dict[str, int] = {}
    seen: set[bytes] = set()
    turn = looks = 0
    while not select.select([sys.stdin], [], [], 0.001)[0]:
        turn += 1
        present = [name for name in os.listdir("/proc") if name.isdigit()]
        reads = {name: reads.get(name, 0) for name in present}
        for name in present:
            if reads[name] > FREQUENT and turn % SELDOM:
                continue
            reads[name] += 1
            looks += 1
            try:
                seen.add(pathlib.Path(f"/proc/{name}/cmdline").read_bytes())
            except OSError:
                continue
    lines = {line.replace(b"\0", b" ").decode(errors="replace") for line in seen}
    found = {line.replace(b"\0", b" ").decode(errors="replace") for line in seen if any(word in line for word in words)}
    print(json.dumps({"found": sorted(found), "seen": sorted(lines), "looks": looks}))


if __name__ == "__main__":
    watch()
