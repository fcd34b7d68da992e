#!/usr/bin/env python3
"""Two deploys at once, from two checkouts, again and again: never are both at work on the servers.

KAMAL_RACES is how many; the seed of their starts is fixed, so that one that fails can be run again.
"""
import dataclasses
import os
import random
import re
import time

import support
from faults.place import Place
from faults.scenario import put_shims_on
from lab.project import Project, Result

COUNT = int(os.environ.get("KAMAL_RACES") or 5)
LATEST_STARTS = (0.3, 10.0)  # Seconds after the first deploy; an undisturbed one takes about seven.
TIMEOUT = 120.0
OF_A_DEPLOY = re.compile("docker (?:image rm|pull|run|tag) ")  # Others may be about the version before.
FILTERS = [  # Of the first deploy and of the second. HOST1 is where the lock of a whole deploy is.
    ([], []),
    (["-h", "HOST1"], ["-h", "HOST2"]),
    ([], ["-h", "HOST2"]),
    (["-r", "web"], ["-r", "worker"]),
    (["-h", "HOST2"], ["-r", "web"]),
]


@dataclasses.dataclass
class Deploy:
    version: str
    result: Result
    begin: float = 0.0  # of its first and of its last call for its version, on any server; none: both 0
    end: float = 0.0

    def worked(self) -> bool:
        return self.end > 0


class Races(support.LabTest):
    @classmethod
    def prepare(cls):
        configuration = cls.project.configuration([cls.servers[0].address], workers=[cls.servers[1].address])
        configuration["servers"]["web"]["hosts"] = cls.addresses()
        cls.other = Project(support.laboratory, f"{cls.__name__}-other")
        for project in (cls.project, cls.other):
            project.configure(configuration)
        cls.project.release("0")
        support.must_succeed(cls.project.kamal("setup"))
        cls.places = [put_shims_on(server, support.laboratory.key) for server in cls.servers]

    def test_never_are_two_inside(self):
        chance = random.Random(1)
        won, took_turns = [0, 0], 0
        with self.load(threads=1, pause=0.1, seconds=7200) as load:
            for number in range(COUNT):
                filters = FILTERS[number % len(FILTERS)]
                with self.subTest(race=number, filters=filters):
                    deploys = self.race(number, filters, chance)
                    self.check(*deploys)
                    for index, deploy in enumerate(deploys):
                        won[index] += deploy.result.status == 0
                    took_turns += all(deploy.result.status == 0 for deploy in deploys)
        print(f"{COUNT} races: the first deploy won {won[0]}, the second {won[1]}, both one after the other {took_turns}")
        self.assert_none_lost(load)

    def race(self, number: int, filters: tuple[list[str], list[str]], chance: random.Random) -> list[Deploy]:
        projects = (self.project, self.other)
        versions = [project.release(f"{number}{letter}") for project, letter in zip(projects, "ab")]
        for place in self.places:
            place.watch(timed=True)
        runs = {}
        waits = chance.choice(([], [], ["--lock-wait", "--lock-wait-interval", "1"]))
        for index in chance.sample((0, 1), 2):
            runs[index] = projects[index].start("deploy", *waits, *(self.option(word) for word in filters[index]))
            if len(runs) < len(projects):
                time.sleep(chance.uniform(0, chance.choice(LATEST_STARTS)))
        deploys = [Deploy(versions[index], runs[index].wait(TIMEOUT)) for index in (0, 1)]
        calls = [call for place in self.places for call in place.calls()]
        for place in self.places:
            place.ignore()
        for deploy in deploys:
            own = [call for call in calls if OF_A_DEPLOY.match(call.text) and deploy.version in call.text]
            if own:
                deploy.begin, deploy.end = min(call.begin for call in own), max(call.end or call.begin for call in own)
        return deploys

    def option(self, word: str) -> str:
        return {"HOST1": self.servers[0].address, "HOST2": self.servers[1].address}.get(word, word)

    def check(self, first: Deploy, second: Deploy):
        self.assertIn(0, (first.result.status, second.result.status), f"{first.result}\n{second.result}")
        for deploy in (first, second):
            if deploy.result.status == 0:
                self.assertTrue(deploy.worked(), f"it says success and did nothing: {deploy.result}")
                continue
            self.assertEqual(1, deploy.result.status, deploy.result)
            self.assertRegex(deploy.result.output, "[Dd]eploy lock")
            self.assertFalse(deploy.worked(), f"it did something without the lock: {deploy.result}")
        if first.worked() and second.worked():
            self.assertTrue(first.end < second.begin or second.end < first.begin,
                            f"{first.begin}-{first.end} and {second.begin}-{second.end}\n{first.result}\n{second.result}")
        self.assert_no_lock()


if __name__ == "__main__":
    support.main()
