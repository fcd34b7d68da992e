"""A project that is deployed: a copy of an example in a git repository of its own, and `kamal` run inside it."""
from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading

from . import settings
from .laboratory import Laboratory
from .process import LabError, end_with_parent, run

ROOT = pathlib.Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples" / "hello"
KAMAL = ROOT / (os.environ.get("KAMAL") or "build/kamal")


@dataclasses.dataclass
class Result:
    """How a run of kamal ended. `output` is all that a person would have seen."""
    arguments: tuple[str, ...]
    status: int
    output: str

    def __str__(self):
        return f"kamal {' '.join(self.arguments)}: exit status {self.status}\n{self.output}"


class Run:
    """A kamal that runs, in a process group of its own, as under a shell with job control."""

    def __init__(self, arguments: tuple[str, ...], folder: pathlib.Path, environment: dict[str, str],
                 input: bytes | None = None, program=KAMAL):
        self.arguments = arguments
        self._output = tempfile.TemporaryFile()  # A pipe that nobody reads would stop kamal.
        self._process = subprocess.Popen([program, *arguments], cwd=folder, env=environment, stdout=self._output,
                                         stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
                                         stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=end_with_parent)
        if input is not None:
            threading.Thread(target=self._pipe, args=(input,), daemon=True).start()

    def _pipe(self, input: bytes):
        with contextlib.suppress(BrokenPipeError), self._process.stdin:
            self._process.stdin.write(input)

    def pid(self) -> int:
        """Also the id of its session."""
        return self._process.pid

    def send(self, number: signal.Signals):
        """To kamal alone, as `kill` does."""
        self._process.send_signal(number)

    def send_to_all(self, number: signal.Signals):
        """To kamal and what it started, as a terminal does for Ctrl-C."""
        os.killpg(self._process.pid, number)

    def running(self) -> bool:
        return self._process.poll() is None

    def output(self) -> str:
        """All that was said so far."""
        size = os.fstat(self._output.fileno()).st_size
        return os.pread(self._output.fileno(), size, 0).decode(errors="replace")

    def wait(self, timeout: float) -> Result:
        """Once: nothing can be asked of it afterwards."""
        try:
            self._process.wait(timeout)
            return Result(self.arguments, self._process.returncode, self.output())
        except subprocess.TimeoutExpired:
            self.send_to_all(signal.SIGKILL)
            self._process.wait(10)
            raise LabError(f"kamal {' '.join(self.arguments)}: no end after {timeout:.0f} s\n{self.output()}") from None
        finally:
            self._output.close()


class Project:
    """Has a home folder, Docker log-ins and temporary files of its own, so that nothing of the user's is read or written."""

    def __init__(self, lab: Laboratory, name="project", example=EXAMPLE):
        self.lab = lab
        self.example = example.relative_to(ROOT)
        self.folder = lab.state / "projects" / name
        self.home = lab.state / "projects" / f"{name}-home"
        shutil.copytree(example, self.folder)
        (self.home / "tmp").mkdir(parents=True)
        (self.home / ".ssh").mkdir(mode=0o700)
        docker = self.home / ".docker"
        docker.mkdir()
        if (lab.engine.config / "cli-plugins").exists():
            (docker / "cli-plugins").symlink_to(lab.engine.config / "cli-plugins")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("KAMAL", "GIT_", "DOCKER_", "SSH_"))},
            **lab.engine.environment, "DOCKER_CONFIG": str(docker), "HOME": str(self.home), "TMPDIR": str(self.home / "tmp"),
            "KAMAL_REGISTRY_PASSWORD": lab.registry_password,
        }
        self._git("init", "--quiet", "--initial-branch=main")
        self._git("config", "user.name", "Tester")
        self._git("config", "user.email", "tester@example.com")

    def configuration(self, web: list[str], workers: list[str] = ()) -> dict:
        """A deploy.yml for the laboratory's servers; change it, then write it with configure()."""
        servers = {"web": {"hosts": list(web)}}
        if workers:
            servers["worker"] = {"hosts": list(workers), "cmd": "./work"}
        return {
            "service": "hello",
            "image": "hello",
            "servers": servers,
            "proxy": {"app_port": 80, "healthcheck": {"path": "/up", "interval": 1}},
            "asset_path": "/hello/site/assets",
            "readiness_delay": 1,
            "deploy_timeout": 8,
            "drain_timeout": 5,
            **self.place(),
        }

    def place(self) -> dict:
        """The part of a deploy.yml that says where the laboratory's registry, builder and accounts are."""
        return {
            "registry": {"server": self.lab.registry.address, "username": self.lab.registry.username,
                         "password": ["KAMAL_REGISTRY_PASSWORD"]},
            "builder": {"driver": "docker", "arch": settings.ARCH, "args": {"BASE": self.lab.base_image()}},
            "ssh": {"user": "root", "port": settings.SSH_PORT, "keys": [str(self.lab.key)], "keys_only": True,
                    "config": False},
        }

    def configure(self, configuration: dict, destination=""):
        self.write(f"config/deploy{'.' if destination else ''}{destination}.yml", to_yaml(configuration))

    def write(self, path: str, text: str, mode: int | None = None):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        if mode is not None:
            file.chmod(mode)

    def commit(self, message="Change") -> str:
        """Commits all files; the revision is the version that kamal deploys."""
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", message)
        return self._git("rev-parse", "HEAD")

    def _git(self, *arguments: str) -> str:
        return run(["git", *arguments], cwd=self.folder, env=self.environment).stdout.strip()

    def release(self, version: str) -> str:
        """The next version of the app, committed."""
        self.write("VERSION", f"{version}\n")
        return self.commit(f"Version {version}")

    def start(self, *arguments: str, environment: dict[str, str] | None = None, **options) -> Run:
        return Run(arguments, self.folder, {**self.environment, **(environment or {})}, **options)

    def kamal(self, *arguments: str, timeout=240.0, **options) -> Result:
        return self.start(*arguments, **options).wait(timeout)


def to_yaml(value, indent=0) -> str:
    """Block style, as people write it; text is quoted, so nothing is taken for a number."""
    lines = []
    for key, child in value.items() if isinstance(value, dict) else enumerate(value):
        head = f"{'  ' * indent}{key}:" if isinstance(value, dict) else f"{'  ' * indent}-"
        if isinstance(child, (dict, list)) and child:
            lines.append(f"{head}\n{to_yaml(child, indent + 1)}")
        else:
            lines.append(f"{head} {json.dumps(child)}\n")
    return "".join(lines)
