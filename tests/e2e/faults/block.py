"""The block that closes a failed run: what it says, compared with what is there."""
from __future__ import annotations

import dataclasses
import re

from .state import ROLES, ServerState

HEAD = re.compile(r"The (?:deploy|setup|rollback)(?: (?:of|to) (\S+))? (failed|was interrupted)\b(.*)")
ROLE = re.compile(r"  (\S+) on (.+?): (.*)")
RUNNING = re.compile(r"(running|restarting)\b")
LOCK_COMMAND = re.compile(r"`(kamal lock release[^`]*)`")


@dataclasses.dataclass
class Said:
    """Of a role on a host."""
    running: set[str]
    serving: str | None
    unknown: str | None = None


@dataclasses.dataclass
class Block:
    found: bool = False
    interrupted: bool = False
    nothing_changed: bool = False
    said: dict[tuple[str, str], Said] = dataclasses.field(default_factory=dict)  # by role and host
    lock_free: bool = False
    lock_held: bool = False
    next: str = ""


def read_block(output: str) -> Block:
    block = Block()
    for line in output.splitlines():
        if head := HEAD.fullmatch(line):
            block = Block(found=True, interrupted=head[2] == "was interrupted", nothing_changed="changed nothing" in head[3])
        elif not block.found:
            continue
        elif role := ROLE.fullmatch(line):
            for host in role[2].split(", "):
                block.said[role[1], host] = read_role(role[3])
        elif line.startswith("The deploy lock"):
            block.lock_free = "is free" in line
            block.lock_held = "held" in line
        elif line.startswith("Next: "):
            block.next = line.removeprefix("Next: ")
    return block


def read_role(text: str) -> Said:
    if text.startswith("unknown: "):
        return Said(set(), None, text.removeprefix("unknown: "))
    said = Said(set(), None)
    if text == "nothing running":
        return said
    for part in text.split("; "):
        version, _, rest = part.partition(" ")
        if RUNNING.match(rest):
            said.running.add(version)
        if rest.endswith(", serving"):
            said.serving = version
    return said


def untruths(block: Block, before: dict[str, ServerState], now: dict[str, ServerState], hosts: dict[str, list[str]],
             unreachable: set[str]) -> list[str]:
    """What is wrong in the block. `hosts` has those of each role; those in `unreachable` are unknown."""
    if not block.found:
        return ["no closing block"]
    wrong = []
    locked = any(state.locks for state in now.values())
    if block.nothing_changed:
        wrong += [f"it says that it changed nothing, but the containers on {host} changed"
                  for host in now if host in before and before[host].containers != now[host].containers]
        return wrong + (["it says that it changed nothing, but there is a lock"] if locked else [])
    for role in ROLES:
        for host in hosts[role]:
            wrong += untruths_of(role, host, block.said.get((role, host)), now.get(host), host in unreachable)
    if locked and block.lock_free:
        wrong.append("it says that the lock is free, but there is one")
    if not locked and block.lock_held and not unreachable:
        wrong.append("it says that the lock is held, but there is none")
    if not block.lock_free and not block.lock_held:
        wrong.append("it says nothing of the lock")
    return wrong + ([] if block.next else ["it does not say what to do next"])


def untruths_of(role: str, host: str, said: Said | None, real: ServerState | None, unreachable: bool) -> list[str]:
    if said is None:
        return [f"it does not say what {role} is on {host}"]
    if said.unknown is not None:
        return [] if unreachable else [f"{role} on {host}: unknown, though it can be asked: {said.unknown}"]
    if unreachable or real is None:
        return [f"{role} on {host}: it says {sorted(said.running) or 'nothing'} runs, but cannot know"]
    wrong = []
    if said.running != real.running(role):
        wrong.append(f"{role} on {host}: it says {sorted(said.running)} run, but {sorted(real.running(role))} do")
    if said.serving and said.serving not in real.running(role):
        wrong.append(f"{role} on {host}: it says {said.serving} serves, which does not run")
    if role == "web" and said.serving != real.serving(role):
        wrong.append(f"{role} on {host}: it says {said.serving} serves, but {real.serving(role)} does")
    return wrong


def lock_release_command(output: str) -> list[str] | None:
    """The arguments of the command that a run names for releasing the lock."""
    found = LOCK_COMMAND.search(output)
    return found[1].split()[1:] if found else None
