"""What the end-to-end tests share: one laboratory a file, fresh servers and a project a test case."""
from __future__ import annotations

import os
import sys
import unittest

from lab import Laboratory, LabError, Unavailable, settings
from lab.load import Load
from lab.project import KAMAL, Project, Result
from lab.server import Server
from lab.traces import Traces

SKIPPED = 77  # ctest's SKIP_RETURN_CODE.
laboratory = Laboratory()


class LabTest(unittest.TestCase):
    """Tests of a class run in the order of their names, on the same servers: together they tell a story."""
    server_count = 2
    without_docker: tuple[int, ...] = ()
    servers: list[Server]
    project: Project

    @classmethod
    def setUpClass(cls):
        cls.addClassCleanup(laboratory.remove_servers)
        cls.servers = laboratory.add_servers(cls.server_count, without_docker=cls.without_docker)
        cls.project = Project(laboratory, cls.__name__)
        cls.prepare()

    @classmethod
    def prepare(cls):
        """For the subclass: configures the project, deploys what the tests start from."""

    @classmethod
    def addresses(cls) -> list[str]:
        return [server.address for server in cls.servers]

    def load(self, **options) -> Load:
        return Load([(address, settings.HTTP_PORT) for address in self.addresses()], **options)

    # -- assertions ---------------------------------------------------------------------------------------------------
    def assert_success(self, result: Result):
        self.assertEqual(0, result.status, result)

    def assert_all_serve(self, version: str):
        for server in self.servers:
            status, body = server.get("/")
            self.assertEqual((200, True), (status, f"version {version}<" in body), f"{server.name} answers {body!r}")

    def assert_no_lock(self):
        for server in self.servers:
            left = server.sh("ls -d /root/.kamal/lock* 2>/dev/null", check=False).stdout
            self.assertEqual("", left, f"a deploy lock is left on {server.name}")

    def assert_none(self, traces: Traces):
        for before, after in zip(traces.before, traces.after):
            self.assertGreater(len(before.splitlines()), 1000, "the listing of the server is short")
            self.assertEqual(before.splitlines(), after.splitlines())
        self.assertEqual([], traces.events())

    def assert_none_lost(self, load: Load):
        for address, count in load.counts.items():
            print(f"{address}: {count}", flush=True)
            self.assertGreater(count.sent, 0, "the load generator sent nothing")
            self.assertEqual([], count.failures[:5], f"{address}: {count}")
            self.assertEqual(count.sent, count.answered)


def must_succeed(result: Result):
    """For preparations: a failure ends the test case."""
    if result.status != 0:
        raise LabError(str(result))


def in_laboratory(work):
    """Calls `work` in a laboratory, or says why there can be none."""
    try:
        if not os.access(KAMAL, os.X_OK):
            raise Unavailable(f"no executable {KAMAL} (name another one in the environment variable KAMAL)")
        laboratory.start()
    except Unavailable as reason:
        print(f"skipped: {reason}" if os.environ.get("CI") != "true" else f"failed, since CI=true: {reason}")
        sys.exit(SKIPPED if os.environ.get("CI") != "true" else 1)
    try:
        work()
    finally:
        laboratory.stop()


def main():
    """Runs the tests of the calling file."""
    in_laboratory(lambda: unittest.main(module="__main__", verbosity=2))
