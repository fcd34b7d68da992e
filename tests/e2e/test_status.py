#!/usr/bin/env python3
"""What runs where, on one screen, without a trace on the servers."""
import json
import shlex
import time

import support
from lab import settings
from lab.project import KAMAL
from lab.terminal import Terminal
from lab.traces import Traces
from support import must_succeed

NOBODY = settings.SERVER_ADDRESS.format(99)  # Where nothing listens.


class Status(support.LabTest):
    @classmethod
    def prepare(cls):
        cls.first, cls.second = cls.servers
        cls.configuration = cls.project.configuration(cls.addresses(), workers=[cls.second.address])
        cls.configuration["accessories"] = {"box": {"image": support.laboratory.base_image(), "host": cls.first.address,
                                                    "cmd": "sleep 1000", "options": {"stop-timeout": "1"},
                                                    "env": {"clear": {"COLOR": "mauve"}}}}
        cls.project.configure(cls.configuration)
        cls.version = cls.project.release("1")

    def status(self, *options: str, status=0) -> str:
        result = self.project.kamal("status", *options)
        self.assertEqual(status, result.status, result)
        return result.output

    def status_json(self, *options: str, status=0) -> dict:
        return json.loads(self.status("--format", "json", *options, status=status))

    def test_1_nothing_runs_yet(self):
        self.status()  # The first log-in may warn of unknown host keys.
        with Traces(self.servers) as traces:
            text = self.status()
        self.assertIn("no container\n", text)
        self.assertIn("  Deploy lock free\n", text)
        self.assertFalse(self.first.exists("/root/.kamal"))
        self.assert_none(traces)
        must_succeed(self.project.kamal("setup"))

    def test_2_the_fleet(self):
        text = self.status()
        self.assertIn("hello on 2 hosts at ", text)
        self.assertEqual(3, text.count(f"  {self.version[:7]}  "), text)
        self.assertEqual(2, text.count("  serving  "), text)
        self.assertIn(f"  {support.laboratory.base_image()}  ", text)
        self.assertEqual(2, text.count("  v0.9.2  "), text)
        self.assertIn("  Deploy lock free\n", text)
        self.assertNotIn("!", text)
        self.assertNotIn("mauve", text)

    def test_3_json(self):
        status = self.status_json("--stats")
        self.assertEqual([], status["problems"])
        roles = {(role["host"], role["role"]): role for role in status["roles"]}
        self.assertEqual({(self.first.address, "web"), (self.second.address, "web"), (self.second.address, "worker")},
                         set(roles))
        for role in roles.values():
            self.assertEqual((self.version, "running", 0), (role["version"], role["state"], role["restarts"]))
            self.assertRegex(role["image_created_at"], r"^20..-..-..T..:..:..Z$")
            self.assertGreater(role["usage"]["memory_bytes"], 0)
            self.assertGreaterEqual(role["usage"]["cpu_percent"], 0)
        self.assertEqual("serving", roles[self.first.address, "web"]["traffic"])
        self.assertIsNone(roles[self.second.address, "worker"]["traffic"])
        [box] = status["accessories"]
        self.assertEqual(("box", "running"), (box["accessory"], box["state"]))
        self.assertNotIn("mauve", json.dumps(status))

    def test_4_leaves_no_trace(self):
        with Traces(self.servers) as traces:
            self.status("--stats")
            self.status_json()
        self.assert_none(traces)

    def test_5_maintenance(self):
        must_succeed(self.project.kamal("app", "maintenance", "--hosts", self.first.address))
        self.assertRegex(self.status(), rf"! {self.first.address} .*  maintenance  running")
        must_succeed(self.project.kamal("app", "live"))
        self.assertNotIn("maintenance", self.status())

    def test_6_the_lock(self):
        must_succeed(self.project.kamal("lock", "acquire", "-m", "Moving the database"))
        self.assertRegex(self.status("-h", self.second.address),
                         rf"! Deploy lock held by Tester for \d seconds? on {self.first.address}, version "
                         rf"{self.version}: Moving the database\n")
        [lock, _] = self.status_json("-h", self.second.address)["locks"]
        self.assertEqual(("held", "Tester", "Moving the database", True, False),
                         (lock["state"], lock["holder"], lock["message"], lock["manual"], lock["abandoned"]))
        must_succeed(self.project.kamal("lock", "release"))

    def test_7_odd_ones_come_first(self):
        [worker] = self.second.containers("label=role=worker")
        self.second.docker("stop", worker)
        first_row = self.status().splitlines()[3]
        self.assertRegex(first_row, rf"^! {self.second.address}  worker .*exited with status \d+$")
        self.second.docker("start", worker)

    def test_8_a_host_that_is_down(self):
        self.configuration["servers"]["web"]["hosts"].append(NOBODY)
        self.project.configure(self.configuration)
        try:
            text = self.status(status=1)
            self.assertRegex(text, rf"(?m)^! {NOBODY}  web .*unreachable: .*refused")
            self.assertEqual(2, text.count("  serving  "), text)
            [problem] = self.status_json(status=1)["problems"]
            self.assertEqual((NOBODY, True), (problem["host"], problem["unreachable"]))
        finally:
            self.configuration["servers"]["web"]["hosts"].remove(NOBODY)
            self.project.configure(self.configuration)

    def test_9_a_docker_that_hangs(self):
        self.second.sh("kill -STOP $(pidof dockerd)")
        try:
            start = time.monotonic()
            text = self.status(status=1)
            self.assertLess(time.monotonic() - start, 40)
            self.assertRegex(text, rf"! {self.second.address}  web .*unknown: docker timed out\n")
            self.assertRegex(text, rf"  {self.first.address}  web .*running")
        finally:
            self.second.sh("kill -CONT $(pidof dockerd)")


class Watch(support.LabTest):
    server_count = 1

    @classmethod
    def prepare(cls):
        cls.project.configure(cls.project.configuration(cls.addresses()))
        cls.project.release("1")
        must_succeed(cls.project.kamal("setup"))

    def setUp(self):
        self.terminal = Terminal(self.project.folder, self.project.environment, columns=100, rows=20)
        self.addCleanup(self.terminal.__exit__)

    def kamal(self, *arguments: str):
        self.terminal.type(f"{shlex.quote(str(KAMAL))} {shlex.join(arguments)}; echo status=$?")

    def test_1_refreshes_until_ctrl_c_and_leaves_a_clean_screen(self):
        self.terminal.type("echo before")
        self.terminal.see("before")
        self.kamal("status", "--watch", "--interval", "0.5")
        self.terminal.see_match(r"serving  running")
        self.terminal.resize(60, 7)
        self.terminal.see_match(r"\(\d more lines\)")
        self.terminal.resize(110, 25)
        self.terminal.see_match(r"Deploy lock free")
        must_succeed(self.project.kamal("app", "maintenance"))
        self.terminal.see_match(r"maintenance  running")
        must_succeed(self.project.kamal("app", "live"))
        self.terminal.press("C-c")
        screen = self.terminal.see("status=0")
        self.assertIn("before", screen)
        self.assertNotIn("Deploy lock", screen)
        self.terminal.type("echo still here")
        self.terminal.see("still here")

    def test_2_needs_a_terminal(self):
        result = self.project.kamal("status", "--watch")
        self.assertEqual(1, result.status, result)
        self.assertIn("--watch requires a terminal", result.output)


if __name__ == "__main__":
    support.main()
