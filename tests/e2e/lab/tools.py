"""Programs that the laboratory needs and Debian does not have: kamal-proxy and buildx, both written in Go."""
from __future__ import annotations

import json
import os
import pathlib
import shutil
import tempfile

from . import settings
from .engine import Engine
from .process import LabError, Unavailable, run

BUILD_TIMEOUT = 1500.0  # Two slow cores, shared, and a module cache that starts empty.


def go_program(module: str, version: str, package: str) -> pathlib.Path:
    """A static program built from a Go module at exactly `version`, kept in the cache folder."""
    program = settings.CACHE / "bin" / f"{pathlib.Path(package).name}-{version}"
    if program.exists():
        return program
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin:/usr/lib/go/bin")
    if go is None:
        raise Unavailable(f"{module} can neither be pulled nor built: there is no Go here")
    program.parent.mkdir(parents=True, exist_ok=True)
    unfinished = program.with_suffix(".part")
    with tempfile.TemporaryDirectory(dir=settings.CACHE) as folder:  # Go's own caches take a gigabyte that nobody needs again.
        environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-modcacherw", "GOMODCACHE": f"{folder}/modules",
                       "GOCACHE": f"{folder}/build"}
        source = _download(go, module, version, environment)
        run([go, "build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", unfinished,
             f"./{package}"], cwd=source, env=environment, timeout=BUILD_TIMEOUT)
    unfinished.rename(program)
    return program


def _download(go: str, module: str, version: str, environment: dict[str, str]) -> str:
    """The module's folder. Building inside it takes the dependencies that its own go.sum names."""
    result = run([go, "mod", "download", "-json", f"{module}@{version}"], cwd="/", env=environment, timeout=300, check=False)
    try:
        return json.loads(result.stdout)["Dir"]
    except (ValueError, KeyError) as error:
        raise LabError(f"{module}@{version}: {result.stdout}{result.stderr}") from error


def install_buildx(engine: Engine):
    """Gives the laboratory's Docker client the buildx plugin, unless the machine has one for everybody."""
    if engine.docker("buildx", "version", check=False).returncode == 0:
        return
    plugin = engine.config / "cli-plugins" / "docker-buildx"
    plugin.parent.mkdir()
    program = settings.CACHE / "bin" / f"buildx-{settings.BUILDX}"
    if not program.exists() and not _pull_buildx(engine, program):
        built = go_program("github.com/docker/buildx", f"v{settings.BUILDX}", "cmd/buildx")
        built.rename(program)
    shutil.copy(program, plugin)


def _pull_buildx(engine: Engine, program: pathlib.Path) -> bool:
    image = f"docker/buildx-bin:{settings.BUILDX}"
    if engine.docker("pull", image, timeout=180, check=False).returncode != 0:
        return False
    program.parent.mkdir(parents=True, exist_ok=True)
    engine.docker("create", "--name", "buildx", image, "none")
    engine.docker("cp", "buildx:/buildx", program)
    engine.docker("rm", "buildx")
    return True
