"""A fault at a step: the run, what it left, and the run after it."""
from __future__ import annotations

import dataclasses
import time

from lab import LabError
from lab.load import Load
from lab.project import Result

from . import block, state
from .faults import Fault
from .scenario import Scenario
from .steps import Course, Step, arguments_of, pattern

ORPHANS_TIMEOUT = 30.0  # Seconds: longer than a call of docker or kamal-proxy that nobody waits for.
NEXT_TIMEOUT = 240.0


@dataclasses.dataclass
class Row:
    step: Step
    fault: Fault
    problems: list[str] = dataclasses.field(default_factory=list)
    seconds: float = 0.0        # from the fault to the end of the run
    status: int | None = None
    closing: str = "-"
    lock: str = "-"
    orphans: float = 0.0        # seconds until nothing of the run was left
    next: str = "-"
    sent: int = 0
    lost: int = 0
    lost_to_fault: int = 0      # on the server that was stopped
    output: str = ""
    next_output: str = ""
    reached: bool = True

    def line(self) -> str:
        lost = f"{self.lost}/{self.sent}" + (f" (+{self.lost_to_fault})" if self.lost_to_fault else "")
        return (f"{self.step.number:4} {self.step.command:8} {self.fault.name:7} {self.step.place:8} {self.seconds:6.1f} "
                f"{self.status!s:>5}  {self.closing:8} {self.lock:13} {self.orphans:5.1f}  {self.next:12} {lost:14} "
                f"{'ok ' if not self.problems else 'BAD'} {str(self.step)[4:90]}")


HEADING = "step command  fault   place    seconds status  block    lock          orphans next         lost/sent          what"


class Attempt:
    """Runs one row. What it finds wrong goes into the row."""

    def __init__(self, scenario: Scenario, course: Course, row: Row):
        self.scenario, self.course, self.row = scenario, course, row
        self.step, self.fault = row.step, row.fault
        self.place = scenario.places[row.step.place]
        servers = {server.name: server for server in scenario.servers}
        self.server = servers.get(row.step.place, scenario.servers[0])
        self.hurt = {self.server.address} if row.fault.unreachable else set()
        self.hosts = scenario.hosts

    def run(self) -> Row:
        # A setup meets servers on which nothing answers yet.
        arguments = arguments_of(self.step.command, self.scenario)
        self.version = arguments[1] if self.step.command == "rollback" else self.scenario.version
        self.before = state.look_at_all(self.scenario.servers)
        self.scenario.served = {server.address for server in self.scenario.web
                                if self.before[server.address].serving("web")}
        load = None if self.step.command == "setup" else self.scenario.load()
        try:
            self.run_with_fault(arguments)
            self.look_after()
        finally:
            self.place.ignore()
            if load:
                load.stop()
            if self.row.reached:
                self.fault.mend(self.scenario, self.server)
        self.count(load, allowed=self.hurt if self.fault.stops_app else set())
        self.run_next()
        return self.row

    # -- the run with the fault ---------------------------------------------------------------------------------------
    def run_with_fault(self, arguments: list[str]):
        at_once = self.step.delay == 0
        self.place.arm(pattern(self.step.call), self.step.nth, hold=at_once and not self.fault.fails_call, fail=self.fault.fails_call)
        start = time.monotonic()
        run = self.scenario.start(*arguments)
        self.session = run.pid()
        while run.running() and not self.place.reached():
            if time.monotonic() - start > 4 * self.course.seconds + 60:
                break
            time.sleep(0.005)
        struck = time.monotonic()
        if not self.place.reached():
            self.row.reached = False
            self.problem("the run never came to this step")
        else:
            time.sleep(self.step.delay)
            if run.running():
                self.fault.strike(run, self.server)
            struck = time.monotonic()
            self.place.release()
        bound = self.fault.bound + (self.course.seconds if self.fault.status is None else 0)
        try:
            result = run.wait(bound + 30)
        except LabError as error:
            self.problem(f"it did not end within {bound + 30:.0f} s")
            result = Result(tuple(arguments), -99, str(error))
        self.row.seconds = time.monotonic() - struck
        self.row.output, self.row.status = result.output, result.status
        if self.row.seconds > bound:
            self.problem(f"it took {self.row.seconds:.1f} s, more than {bound:.0f}")
        if result.status not in (0, self.fault.expected_status()):
            self.problem(f"exit status {result.status} instead of {self.fault.expected_status()}")

    def look_after(self):
        self.scenario.wait_for_other_run()
        reachable = [server for server in self.scenario.servers if server.address not in self.hurt]
        left, self.row.orphans = state.wait_for_orphans(reachable, self.session, ORPHANS_TIMEOUT)
        for command in left:
            self.problem(f"still there after {ORPHANS_TIMEOUT:.0f} s: {command}")
        now = state.look_at_all(reachable)
        locked = sorted(host for host, found in now.items() if found.locks)
        self.row.lock = "held" if locked else "free"
        if self.row.status == 0:
            self.row.closing = "success"
            self.check_success(now)
        elif self.row.status == -9:
            self.row.closing = "killed"
        else:
            said = block.read_block(self.row.output)
            wrong = block.untruths(said, self.before, now, self.hosts, self.hurt)
            self.row.closing = "FALSE" if wrong else "true"
            for text in wrong:
                self.problem(f"closing block: {text}")
            if locked and said.lock_held:
                self.row.lock = "said held"
        if locked and self.row.lock == "held" and self.row.status != -9:
            self.problem(f"a lock is left on {', '.join(locked)}")

    def check_success(self, now: dict[str, state.ServerState]):
        for role, hosts in self.hosts.items():
            for host in filter(now.__contains__, hosts):
                running, serving = now[host].running(role), now[host].serving(role)
                said = {version for version in running if f"-{role}-{version} is still running on {host}" in self.row.output}
                if running - said != {self.version}:
                    self.problem(f"status 0, but {role} on {host} runs {sorted(running)}")
                if role == "web" and serving != self.version:
                    self.problem(f"status 0, but {host} serves {serving}")

    # -- the run after it ---------------------------------------------------------------------------------------------
    def run_next(self):
        """As a person does it: what the messages say, until it works."""
        again = "setup" if self.step.command == "setup" else "deploy"
        serving = self.serving_hosts()
        load = self.scenario.load_of(serving)
        try:
            self.scenario.next_version()
            result = self.scenario.project.kamal(again, timeout=NEXT_TIMEOUT)
            if result.status != 0 and (release := block.lock_release_command(result.output)):
                self.row.lock = "said, freed"
                freed = self.scenario.project.kamal(*release)
                if freed.status != 0:
                    self.problem(f"the lock could not be released: {freed}")
                result = self.scenario.project.kamal(again, timeout=NEXT_TIMEOUT)
        except LabError as error:
            result = Result((again,), -99, str(error))
        finally:
            load.stop()
        self.row.next_output = result.output
        self.row.next = "ok" if result.status == 0 else f"status {result.status}"
        if result.status != 0:
            self.problem(f"the next {again} ended with status {result.status}")
        self.count(load, allowed=set())
        self.check_end()

    def serving_hosts(self) -> list[str]:
        """Hosts that answer before the next run; after a setup that failed there may be none."""
        hosts = [server for server in self.scenario.web if self.scenario.is_served(server)]
        if self.step.command != "setup":
            for server in self.scenario.web:
                if server not in hosts:
                    self.problem(f"{server.address} does not answer before the next run")
        return [server.address for server in hosts]

    def check_end(self):
        now = state.look_at_all(self.scenario.servers)
        for role, hosts in self.hosts.items():
            for host in hosts:
                if now[host].running(role) != {self.scenario.version}:
                    self.problem(f"after the next run {role} on {host} runs {sorted(now[host].running(role))}")
                if role == "web" and now[host].serving(role) != self.scenario.version:
                    self.problem(f"after the next run {host} serves {now[host].serving(role)}")
        if now[self.scenario.worker.address].containers.get("hello-box") != "running":
            self.problem("after the next run the accessory does not run")
        for host, found in now.items():
            if found.locks:
                self.problem(f"after the next run there is a lock on {host}")

    def count(self, load: Load | None, allowed: set[str]):
        for host, count in load.counts.items() if load else ():
            self.row.sent += count.sent
            if host in allowed:
                self.row.lost_to_fault += len(count.failures)
                continue
            self.row.lost += len(count.failures)
            if count.failures:
                self.problem(f"{len(count.failures)} requests lost on {host}: {count.failures[:3]}")

    def problem(self, text: str):
        self.row.problems.append(text)
