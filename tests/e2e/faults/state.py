"""What really is on the servers: containers, where kamal-proxy points, locks, processes that a run left."""
from __future__ import annotations

import concurrent.futures
import dataclasses
import os
import re
import time

from lab.server import Server

from .scenario import processes_on, read_command

ROLES = ("web", "worker")
COLOR = re.compile(r"\x1b\[[0-9;]*m")
OWN_PROGRAMS = ("dockerd", "containerd", "containerd-shim-runc-v2", "docker-proxy", "runc", "docker-init")


@dataclasses.dataclass
class ServerState:
    containers: dict[str, str]  # states by names
    ids: dict[str, str]         # of containers, by names
    targets: dict[str, str]     # ids of containers by services, as kamal-proxy has them
    locks: list[str]

    def versions(self, role: str) -> dict[str, str]:
        """The states of the role's containers, by version."""
        prefix = f"hello-{role}-"
        return {name.removeprefix(prefix): state for name, state in self.containers.items() if name.startswith(prefix)}

    def running(self, role: str) -> set[str]:
        return {version for version, state in self.versions(role).items() if state in ("running", "restarting")}

    def serving(self, role: str) -> str | None:
        """The version that kamal-proxy points at."""
        target = self.targets.get(f"hello-{role}")
        for version in self.versions(role):
            if target and self.ids[f"hello-{role}-{version}"].startswith(target):
                return version
        return None


def look(server: Server) -> ServerState:
    # Not `docker ps`: after a full disk it goes on listing a container as running that has been stopped.
    script = ("/usr/bin/docker ps -aq | xargs -r /usr/bin/docker inspect --format "
              "'container {{slice .Name 1}} {{.State.Status}} {{.ID}}'; "
              "/usr/bin/docker exec kamal-proxy kamal-proxy list 2>/dev/null; "
              "ls -d /root/.kamal/lock* 2>/dev/null | sed 's/^/lock /'")
    state = ServerState({}, {}, {}, [])
    for line in COLOR.sub("", server.sh(script, check=False).stdout).splitlines():
        words = line.split()
        if words[:1] == ["container"] and len(words) == 4:
            state.containers[words[1]], state.ids[words[1]] = words[2], words[3]
        elif words[:1] == ["lock"]:
            state.locks.append(words[1])
        elif len(words) > 3 and words[0].startswith("hello-"):
            state.targets[words[0]] = words[3].partition(":")[0]
    return state


def look_at_all(servers: list[Server]) -> dict[str, ServerState]:
    """By address."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        return dict(zip([server.address for server in servers], pool.map(look, servers)))


# -- processes that a run started ----------------------------------------------------------------------------------------
def left_on(server: Server) -> list[str]:
    return [f"{server.name}: {command}" for command in processes_on(server).values()
            if command and os.path.basename(command.split(" ")[0]) not in OWN_PROGRAMS]


def left_in_containers() -> list[str]:
    """Clients of kamal-proxy beside it."""
    return [command for command in commands_of_all() if re.match(r"\S*kamal-proxy (?!run)", command)]


def left_on_client(session: int) -> list[str]:
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getsid(int(name)) == session and (command := read_command(name)):
                found.append(f"client: {command}")
        except OSError:
            continue
    return found


def commands_of_all() -> list[str]:
    commands = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            commands.append(read_command(name))
        except OSError:
            continue
    return commands


def wait_for_orphans(servers: list[Server], session: int, timeout: float) -> tuple[list[str], float]:
    """Waits until nothing is left of a run; what is left after that time, and how long it took."""
    start = time.monotonic()
    while True:
        left = left_on_client(session) + left_in_containers() + [line for server in servers for line in left_on(server)]
        waited = time.monotonic() - start
        if not left or waited > timeout:
            return left, waited
        time.sleep(0.2)

