"""What the faults meet: two web hosts, a worker host with an accessory, and a project of which a version runs."""
from __future__ import annotations

import concurrent.futures
import http.client
import os
import pathlib
import re
import threading

from lab import Laboratory, LabError, settings
from lab.load import Load
from lab.process import wait_until
from lab.project import Project, Run
from lab.server import Server

from .place import Place

SERVER_PROGRAMS = ("docker", "mkdir", "mv", "rm", "cat", "cp", "tee", "chmod", "base64")
CLIENT_PROGRAMS = ("docker",)
START = 2  # Seconds until a web container is healthy.
DISK = "300m"
DISK_FULL = "/disk/filler"


class Scenario:
    """Versions come one after the other: what a run left behind is where the next one starts."""

    def __init__(self, lab: Laboratory):
        self.lab = lab
        self.servers = lab.add_servers(3)
        self.web, self.worker = self.servers[:2], self.servers[2]
        self.hosts = {"web": [server.address for server in self.web], "worker": [self.worker.address]}
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(self._prepare, self.servers))
        self.project = Project(lab, "faults")
        self.places = {server.name: put_shims_on(server, lab.key) for server in self.servers}
        self.client = Place("client", lab.state / "client-faults", CLIENT_PROGRAMS)
        self.places["client"] = self.client
        environment = self.project.environment
        environment["PATH"] = f"{lab.state}/client-faults/bin:{environment['PATH']}"
        self._other_run: threading.Timer | None = None
        self.configure()
        serve = (self.project.folder / "serve").read_text().splitlines()
        self.project.write("serve", "\n".join([serve[0], f"sleep {START}", *serve[1:]]) + "\n", mode=0o755)
        self.versions: list[str] = []
        self.served: set[str] = set()  # web hosts that answered before the fault

    def _prepare(self, server: Server):
        """A small disk of its own for what Docker and kamal write."""
        server.sh("pkill -x dockerd; while pgrep -x dockerd >/dev/null; do sleep 0.1; done; "
                  f"mkdir /disk /root/.kamal && mount -t tmpfs -o size={DISK} tmpfs /disk && mkdir /disk/docker /disk/kamal && "
                  "mount --bind /disk/docker /var/lib/docker && mount --bind /disk/kamal /root/.kamal")
        server.start_docker()

    def configure(self):
        configuration = self.project.configuration([server.address for server in self.web], [self.worker.address])
        configuration["deploy_timeout"] = 20
        configuration["accessories"] = {"box": {
            "image": self.lab.base_image(), "host": self.worker.address, "cmd": "sleep 100000",
            "options": {"stop-timeout": "1"}}}
        self.project.configure(configuration)

    # -- versions -----------------------------------------------------------------------------------------------------
    def next_version(self):
        """Commits a change; `version` is what a deploy has then."""
        self.versions.append(self.project.release(str(len(self.versions) + 1)))

    @property
    def version(self) -> str:
        return self.versions[-1]

    def start(self, *arguments: str) -> Run:
        return self.project.start(*arguments)

    # -- requests -----------------------------------------------------------------------------------------------------
    def load(self) -> Load:
        return self.load_of([server.address for server in self.web])

    def load_of(self, addresses: list[str]) -> Load:
        return Load([(address, settings.HTTP_PORT) for address in addresses], threads=1, pause=0.02, seconds=3600)

    def is_served(self, server: Server) -> bool:
        try:
            return server.get("/", timeout=5)[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def wait_until_served(self, server: Server, timeout: float):
        wait_until(f"{server.name} serves", lambda: self.is_served(server), timeout=timeout)

    # -- the lock -----------------------------------------------------------------------------------------------------
    def hold_lock(self, seconds: float):
        """A deploy from another machine is under way."""
        details = "Locked by: Other at 2030-01-01T00:00:00Z\nVersion: 1\nMessage: Automatic deploy lock"
        self.web[0].sh("mkdir -p /root/.kamal/lock-hello && base64 > /root/.kamal/lock-hello/details", input=details)
        self._other_run = threading.Timer(seconds, lambda: self.web[0].sh("rm -r /root/.kamal/lock-hello"))
        self._other_run.start()

    def wait_for_other_run(self):
        if self._other_run:
            self._other_run.join()

    # -- from the beginning -------------------------------------------------------------------------------------------
    def start_over(self):
        """Whatever is there goes, and a version is set up."""
        self.clear()
        self.next_version()
        result = self.project.kamal("setup")
        if result.status != 0:
            raise LabError(str(result))

    def clear(self):
        """Servers as before the first setup."""
        def clear(server: Server):
            server.sh("/usr/bin/docker ps -aq | xargs -r /usr/bin/docker rm -f -v; /usr/bin/docker network rm kamal; "
                      "rm -rf /root/.kamal/* /root/hello-*", check=False)

        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(clear, self.servers))


def put_shims_on(server: Server, key: pathlib.Path) -> Place:
    """On the PATH of whoever logs in."""
    place = Place(server.name, inside(server, "/faults"), SERVER_PROGRAMS)
    server.sh("echo 'SetEnv PATH=/faults/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' "
              "> /etc/ssh/sshd_config.d/faults.conf && kill -HUP 1")
    server.wait_for_ssh(key)
    return place


def pid_of(server: Server) -> int:
    """The id of the server's first process, as the client sees it."""
    return int(server.engine.docker("inspect", "--format", "{{.State.Pid}}", server.name).stdout)


def inside(server: Server, path: str) -> pathlib.Path:
    """A path of the server, as the client sees it."""
    return pathlib.Path(f"/proc/{pid_of(server)}/root{path}")


def processes_on(server: Server) -> dict[int, str]:
    """The command lines of the server's own processes, by their ids on the client; those in containers are not its own."""
    first = pid_of(server)
    namespace = os.readlink(f"/proc/{first}/ns/pid")
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if int(name) != first and os.readlink(f"/proc/{name}/ns/pid") == namespace:
                found[int(name)] = read_command(name)
        except OSError:
            continue  # It has ended.
    return found


def read_command(pid: str) -> str:
    text = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return re.sub(r"\s+", " ", text)
