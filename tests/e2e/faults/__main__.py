"""python3 -B -m faults: a table of rows, each a fault at a step. The exit status is 1 if one is bad."""
from __future__ import annotations

import argparse
import collections
import pathlib
import sys
import time
import zlib

import support
from lab import LabError

from . import plan
from .faults import FAULTS
from .row import HEADING, Attempt, Row
from .scenario import Scenario
from .steps import COMMANDS, Course, learn


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -B -m faults", description=__doc__)
    parser.add_argument("--list", action="store_true", help="show the rows, run none")
    parser.add_argument("--command", help=f"only of these commands ({','.join(COMMANDS)})")
    parser.add_argument("--steps", help="only these steps, by their numbers: 3,17,20-30")
    parser.add_argument("--faults", help=f"only these faults ({','.join(FAULTS)})")
    parser.add_argument("--sample", type=int, metavar="N", help="the first N of a fixed dozen")
    parser.add_argument("--share", type=share, default=(1, 1), metavar="K/N", help="the Kth of N parts, which are the same in each run")
    parser.add_argument("--minutes", type=float, help="begin no row after that time")
    parser.add_argument("--logs", type=pathlib.Path, help="a directory for the output of each run")
    return parser.parse_args()


def share(text: str) -> tuple[int, int]:
    first, _, of = text.partition("/")
    return int(first), int(of)


def numbers(text: str) -> set[int]:
    found = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def chosen(arguments: argparse.Namespace, courses: dict[str, Course]) -> list:
    if arguments.sample:
        return plan.sample(courses, arguments.sample)
    rows = plan.whole(courses)
    if arguments.steps:
        rows = [row for row in rows if row[0].number in numbers(arguments.steps)]
    if arguments.faults:
        rows = [row for row in rows if row[1].name in arguments.faults.split(",")]
    first, of = arguments.share
    return [row for row in rows if zlib.crc32(f"{row[0].key} {row[1].name}".encode()) % of == first - 1]


def commands(arguments: argparse.Namespace) -> list[str]:
    if arguments.command:
        return arguments.command.split(",")
    return ["deploy", "rollback"] if arguments.sample else list(COMMANDS)


def show(row: Row, logs: pathlib.Path | None):
    print(row.line(), flush=True)
    for problem in row.problems:
        print(f"       {problem}", flush=True)
    if logs:
        logs.mkdir(parents=True, exist_ok=True)
        (logs / f"{row.step.command}-{row.step.number}-{row.fault.name}.log").write_text(
            f"{HEADING}\n{row.line()}\n" + "".join(f"  {problem}\n" for problem in row.problems) +
            f"\n--- the run\n{row.output}\n--- the next run\n{row.next_output}\n")
    elif row.problems:
        print(row.output, flush=True)


def run(arguments: argparse.Namespace, scenario: Scenario) -> list[Row]:
    began = time.monotonic()
    scenario.start_over()
    courses = {command: learn(command, scenario) for command in commands(arguments)}
    for command, course in courses.items():
        print(f"{command}: {len(course.steps)} steps, {course.seconds:.1f} s undisturbed", flush=True)
    plan_rows = chosen(arguments, courses)
    if arguments.list:
        for step, fault in plan_rows:
            print(f"{fault.name:7} {step}")
        return []
    print(HEADING, flush=True)
    done = []
    for step, fault in plan_rows:
        if arguments.minutes and time.monotonic() - began > arguments.minutes * 60:
            print(f"out of time: {len(plan_rows) - len(done)} rows are left", flush=True)
            break
        row = Row(step, fault)
        try:
            Attempt(scenario, courses[step.command], row).run()
        except LabError as error:
            row.problems.append(f"the laboratory: {error}")
        done.append(row)
        show(row, arguments.logs)
        if row.problems:
            scenario.start_over()
    return done


def summary(rows: list[Row]):
    """For each fault: rows, bad ones, the longest end."""
    by_fault = collections.defaultdict(list)
    for row in rows:
        by_fault[row.fault.name].append(row)
    for name, some in by_fault.items():
        bad = sum(bool(row.problems) for row in some)
        print(f"{name:7} {len(some):3} rows, {bad} bad; ended within {max(row.seconds for row in some):.1f} s")
    print(f"{sum(row.sent for row in rows)} requests sent, {sum(row.lost for row in rows)} lost")


def main():
    arguments = options()
    bad = []

    def work():
        rows = run(arguments, Scenario(support.laboratory))
        summary(rows)
        bad.extend(row for row in rows if row.problems)

    support.in_laboratory(work)
    sys.exit(1 if bad else 0)


main()
