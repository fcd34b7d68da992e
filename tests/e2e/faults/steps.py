"""The steps of a command, learned from an undisturbed run of it: each call of a program, and the waits in and between."""
from __future__ import annotations

import collections
import dataclasses
import re
import time

from lab import LabError

from . import state
from .place import Call
from .scenario import Scenario

WAIT = 0.8  # Seconds from which on a call or a pause is a step of its own.
COMMANDS = ("deploy", "rollback", "setup", "wait")  # The last one is a deploy that waits for the lock.
LOCKED = 8  # Seconds for which it is held.
VERSION = re.compile(r"\b[0-9a-f]{40}\b")
LINE_BREAK = "↵"
ID = re.compile(r"\b[0-9a-f]{12,64}\b")


@dataclasses.dataclass(frozen=True)
class Step:
    """A moment of the nth call of its kind. Calls run side by side, so that which one is the nth of all is left to chance."""
    number: int
    command: str  # of kamal
    place: str
    call: str     # without what differs from run to run
    nth: int      # of the calls there that read alike
    delay: float = 0  # seconds after the call began
    moment: str = ""  # during or after it

    @property
    def text(self) -> str:
        return self.moment + self.call

    @property
    def key(self) -> str:
        """The same in each run."""
        return f"{self.command} {self.place} {self.text} {self.nth}"

    def __str__(self):
        when = f" +{self.delay:.1f} s" if self.delay else ""
        return f"{self.number:3} {self.command} {self.place:8} {self.nth:3}{when} {self.text}"


@dataclasses.dataclass
class Course:
    """An undisturbed run."""
    seconds: float
    steps: list[Step]


def arguments_of(command: str, scenario: Scenario) -> list[str]:
    """What kamal is called with, after preparing what the command needs."""
    if command == "setup":
        scenario.clear()
    if command == "rollback":
        return ["rollback", version_before(scenario)]
    scenario.next_version()
    if command == "wait":
        scenario.hold_lock(LOCKED)
        return ["deploy", "--lock-wait", "--lock-wait-interval", "1"]
    return [command]


def version_before(scenario: Scenario) -> str:
    """One to go back to; a deploy leaves one if there is none."""
    if version := previous_version(scenario):
        return version
    scenario.next_version()
    result = scenario.project.kamal("deploy")
    if result.status != 0:
        raise LabError(str(result))
    return previous_version(scenario)


def previous_version(scenario: Scenario) -> str | None:
    """The newest one that every host has a container of, and none runs."""
    states = state.look_at_all(scenario.servers)
    places = [(role, host) for role, hosts in scenario.hosts.items() for host in hosts]
    for version in reversed(scenario.versions):
        found = [states[host].versions(role).get(version) for role, host in places]
        if all(found) and "running" not in found:
            return version
    return None


def learn(command: str, scenario: Scenario) -> Course:
    arguments = arguments_of(command, scenario)
    for place in scenario.places.values():
        place.watch(timed=True)
    start = time.monotonic()
    result = scenario.project.kamal(*arguments)
    seconds = time.monotonic() - start
    calls = {name: place.calls() for name, place in scenario.places.items()}
    for place in scenario.places.values():
        place.ignore()
    if result.status != 0:
        raise LabError(f"the undisturbed {command} failed: {result}")
    found = [step for name, some in calls.items() for step in steps_at(command, name, some)]
    found.sort(key=lambda step: step[0])
    return Course(seconds, [dataclasses.replace(step, number=number) for number, (_, step) in enumerate(found, start=1)])


def steps_at(command: str, place: str, calls: list[Call]) -> list[tuple[float, Step]]:
    """Each with the time at which it happened."""
    steps = []
    kinds: collections.Counter[str] = collections.Counter()
    for index, call in enumerate(calls):
        text = brief(call.text)
        kinds[text] += 1
        step = Step(0, command, place, text, kinds[text])
        steps.append((call.begin, step))
        if call.end is None:
            continue
        length = call.end - call.begin
        if length > WAIT:
            steps.append((call.begin + length / 2, dataclasses.replace(step, delay=round(length / 2, 1), moment="(during) ")))
        if index + 1 < len(calls) and (pause := calls[index + 1].begin - call.end) > WAIT:
            steps.append((call.end + pause / 2,
                          dataclasses.replace(step, delay=round(length + pause / 2, 1), moment="(after) ")))
    return steps


def brief(text: str) -> str:
    """Without what differs from run to run, on one line."""
    return ID.sub("ID", VERSION.sub("VERSION", text)).replace("\n", LINE_BREAK)


def pattern(call: str) -> str:
    """For the shell, of all calls that read like this one."""
    escaped = re.sub(r"[^\w\s]", r"\\\g<0>", call).replace(f"\\{LINE_BREAK}", "?")
    return re.sub(r"VERSION|ID", "*", escaped)
