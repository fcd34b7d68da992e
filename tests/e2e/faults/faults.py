"""What can happen to a run, and how a person mends it afterwards."""
from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import signal
import typing

from lab.process import run, wait_until
from lab.project import Run
from lab.server import Server

from .scenario import DISK_FULL, Scenario, inside, pid_of, processes_on


@dataclasses.dataclass(frozen=True)
class Fault:
    """`strike` gets the run and the server that it is about to use. While the call waits for it, nothing else happens."""
    name: str
    strike: typing.Callable[[Run, Server], None]
    mend: typing.Callable[[Scenario, Server], None] = lambda scenario, server: None
    at_client: bool = False   # also where a call is the client's own
    fails_call: bool = False  # the shim does it
    unreachable: bool = False  # nobody can say what runs on the server until the fault is mended
    stops_app: bool = False   # what ran on the server may not answer until the fault is mended
    status: int | None = None  # of kamal; None: 1
    bound: float = 60          # seconds that a run may take after it, beyond the undisturbed rest

    def expected_status(self) -> int:
        return 1 if self.status is None else self.status


def cut_connection(_: Run, server: Server):
    for pid, command in processes_on(server).items():
        if command.startswith("sshd:"):
            os.kill(pid, signal.SIGKILL)


def in_network_of(server: Server, *command: str):
    run(["nsenter", "--target", pid_of(server), "--net", *command])


def drop_packets(_: Run, server: Server):
    in_network_of(server, "iptables", "-I", "INPUT", "-p", "tcp", "--dport", "22", "-j", "DROP")
    in_network_of(server, "iptables", "-I", "OUTPUT", "-p", "tcp", "--sport", "22", "-j", "DROP")


def pass_packets(_: Scenario, server: Server):
    in_network_of(server, "iptables", "-D", "INPUT", "-p", "tcp", "--dport", "22", "-j", "DROP")
    in_network_of(server, "iptables", "-D", "OUTPUT", "-p", "tcp", "--sport", "22", "-j", "DROP")


def pids_of(server: Server, *programs: str) -> list[int]:
    return [pid for pid, command in processes_on(server).items() if os.path.basename(command.split(" ")[0]) in programs]


def stop_docker(_: Run, server: Server):
    for pid in pids_of(server, "dockerd"):
        os.kill(pid, signal.SIGTERM)
    wait_until(f"docker of {server.name} ends", lambda: not pids_of(server, "dockerd", "containerd"), timeout=60)


def start_docker(scenario: Scenario, server: Server):
    server.start_docker()
    if server.address in scenario.served:
        scenario.wait_until_served(server, timeout=30)


def fill_disk(_: Run, server: Server):
    with open(inside(server, DISK_FULL), "wb", buffering=0) as filler:
        for size in (1 << 20, 1 << 12):
            with contextlib.suppress(OSError):
                while filler.write(bytes(size)) == size:
                    pass


def free_disk(_: Scenario, server: Server):
    pathlib.Path(inside(server, DISK_FULL)).unlink()


FAULTS = {fault.name: fault for fault in [
    Fault("int", lambda run, _: run.send_to_all(signal.SIGINT), at_client=True, status=130, bound=10),
    Fault("term", lambda run, _: run.send(signal.SIGTERM), at_client=True, status=143, bound=10),
    Fault("kill", lambda run, _: run.send(signal.SIGKILL), at_client=True, status=-signal.SIGKILL, bound=1),
    Fault("fail", lambda run, _: None, at_client=True, fails_call=True),
    Fault("cut", cut_connection),
    Fault("drop", drop_packets, pass_packets, unreachable=True),
    Fault("docker", stop_docker, start_docker, stops_app=True, unreachable=True),
    Fault("freeze", lambda _, server: server.engine.docker("pause", server.name),
          lambda _, server: server.engine.docker("unpause", server.name), stops_app=True, unreachable=True),
    Fault("full", fill_disk, free_disk),
]}
