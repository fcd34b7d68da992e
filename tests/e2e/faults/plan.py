"""Which faults meet which steps."""
from __future__ import annotations

import re

from .faults import FAULTS, Fault
from .steps import Course, Step

# Calls that change something; and of these, calls that need room on the disk.
CHANGES = re.compile(r"docker (?:run|start|stop|rename|pull|tag|login|network create|buildx build|image prune|container (?:create|cp|rm|start)"
                     r"|exec kamal-proxy kamal-proxy deploy)|(?:mv|rm) |mkdir \.kamal/lock|mkdir -p \.kamal/apps")
GROWS = re.compile(r"docker (?:run|start|pull|login|network create|container (?:create|cp)|exec)|mv |mkdir ")
DECIDES = re.compile(r"docker (?:run|stop|start|rename|exec)")
THIRD, FIFTH = 3, 5

# The dozen: a fault, kamal's command, the place, and what the step's text looks like.
SAMPLE = [
    ("int", "deploy", "client", r"docker buildx build"),
    ("kill", "deploy", "server2", r"docker pull"),
    ("full", "deploy", "server2", r"docker run .*hello-web"),
    ("fail", "deploy", "server1", r"docker run .*hello-web"),
    ("cut", "deploy", "server2", r"\(during\) docker exec kamal-proxy kamal-proxy deploy"),
    ("kill", "deploy", "server1", r"\(during\) docker exec kamal-proxy kamal-proxy deploy"),
    ("term", "deploy", "server1", r"\(during\) docker exec kamal-proxy kamal-proxy deploy"),
    ("int", "deploy", "server3", r"\(after\) docker inspect"),
    ("docker", "deploy", "server3", r"docker run .*hello-worker"),
    ("int", "rollback", "server2", r"docker run .*hello-web"),
    ("drop", "deploy", "server2", r"docker stop"),
    ("freeze", "deploy", "server3", r"docker run .*hello-worker"),
]


def whole(courses: dict[str, Course]) -> list[tuple[Step, Fault]]:
    """Where a call changes something or a wait is, most faults; elsewhere one that ends the client and a failed call.
    What takes long or is like another fault is left out at some steps, and server2 is like server1. A call that another
    command makes as well is tried once, unless it decides which version runs."""
    rows = []
    seen: set[tuple[str, str]] = set()
    for course in courses.values():
        for step in course.steps:
            new = (step.place, step.text) not in seen
            seen.add((step.place, step.text))
            if new or DECIDES.search(step.text):
                rows += [(step, FAULTS[name]) for name in faults_at(step)]
    return rows


def faults_at(step: Step) -> list[str]:
    if step.command == "wait":
        return ["int", "term", "kill"] if "mkdir .kamal/lock" in step.text else []
    if step.place == "client":
        return ["int", "kill"] + (["term"] if step.delay else ["fail"])
    if not step.delay and not CHANGES.match(step.text):
        return [] if step.place == "server2" else [("int", "kill", "term")[step.number % THIRD], "fail"]
    names = ["int", "kill", "cut"]
    if not step.delay:
        names.append("fail")
        if GROWS.match(step.text):
            names.append("full")
    if step.text.startswith("docker") or step.delay:
        names.append("docker")
    if step.delay or step.number % THIRD == 0:
        names.append("term")
    if step.delay or step.number % FIFTH == 0:
        names += ["drop", "freeze"]
    return names


def sample(courses: dict[str, Course], size: int) -> list[tuple[Step, Fault]]:
    rows = []
    for fault, command, place, text in SAMPLE[:size]:
        steps = [step for step in courses[command].steps if step.place == place and re.match(text, step.text)]
        if not steps:
            raise LookupError(f"no step of {command} at {place} looks like {text}")
        rows.append((steps[0], FAULTS[fault]))
    return rows
