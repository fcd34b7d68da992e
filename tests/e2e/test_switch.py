#!/usr/bin/env python3
"""A team's switch: the reference deploys, we deploy, the reference rolls back and deploys, on the same servers."""
import sys

import support
from lab import reference
from lab.process import Unavailable
from support import must_succeed


class Switch(support.LabTest):
    @classmethod
    def prepare(cls):
        configuration = cls.project.configuration(cls.addresses(), workers=[cls.addresses()[1]])
        configuration["accessories"] = {"box": {"image": support.laboratory.base_image(), "hosts": cls.addresses(),
                                                "cmd": "sleep 1000", "options": {"stop-timeout": "1"}}}
        configuration["env"] = {"clear": {"GREETING": "Hello"}, "secret": ["A_SECRET"]}
        cls.project.write(".kamal/secrets", "A_SECRET=tell-nobody\n")
        cls.project.configure(configuration)
        cls.versions = {"1": cls.project.release("1")}
        must_succeed(cls.the_reference("setup"))

    @classmethod
    def the_reference(cls, *arguments: str):
        return cls.project.kamal(*arguments, program=PROGRAM)

    def assert_served_without_a_gap(self, by, *arguments: str, before: str, after: str):
        with self.load(threads=1) as load:
            self.assert_success(by(*arguments))
        self.assert_none_lost(load)
        self.assertEqual({before, after}, set(load.total().versions))
        self.assert_all_serve(after)
        self.assert_no_lock()
        for server in self.servers:
            self.assertEqual([f"hello-web-{self.versions[after]}"], server.containers("label=role=web"))
        self.assertEqual([f"hello-worker-{self.versions[after]}"], self.servers[1].containers("label=role=worker"))

    def test_1_we_see_what_the_reference_deployed(self):
        self.assert_all_serve("1")
        result = self.project.kamal("app", "version")
        self.assert_success(result)
        self.assertEqual(2, result.output.splitlines().count(self.versions["1"]), result)
        self.assertIn("Skipping booting `box`", self.project.kamal("accessory", "boot", "box").output)
        self.assert_nothing_planned()

    def assert_nothing_planned(self):
        plan = self.project.kamal("plan")
        self.assert_success(plan)
        self.assertIn("Nothing would change", plan.output)

    def test_2_we_deploy(self):
        self.versions["2"] = self.project.release("2")
        self.assert_served_without_a_gap(self.project.kamal, "deploy", before="1", after="2")

    def test_3_the_reference_rolls_back_to_its_own_version(self):
        self.assert_served_without_a_gap(self.the_reference, "rollback", self.versions["1"], before="2", after="1")

    def test_4_the_reference_deploys_again(self):
        self.versions["3"] = self.project.release("3")
        self.assert_served_without_a_gap(self.the_reference, "deploy", before="1", after="3")
        self.assert_nothing_planned()

    def test_5_we_roll_back_to_our_own_version(self):
        self.assert_served_without_a_gap(self.project.kamal, "rollback", self.versions["2"], before="3", after="2")

    def test_6_each_respects_the_others_lock(self):
        for holder, other in ((self.the_reference, self.project.kamal), (self.project.kamal, self.the_reference)):
            self.assert_success(holder("lock", "acquire", "--message", "a look around"))
            refused = other("app", "stop")
            self.assertNotEqual(0, refused.status, refused)
            self.assertIn("a look around", refused.output)
            self.assertIn("a look around", other("lock", "status").output)
            self.assert_success(other("lock", "release"))
            self.assert_no_lock()

    def test_7_one_audit_log_tells_it_all(self):
        ours, theirs = self.project.kamal("audit"), self.the_reference("audit")
        self.assert_success(ours)
        self.assert_success(theirs)
        for version in self.versions.values():
            self.assertIn(version, ours.output)
            self.assertIn(version, theirs.output)

    def test_8_the_reference_removes_what_we_left(self):
        self.assert_success(self.project.kamal("accessory", "reboot", "box"))
        removed = self.the_reference("remove", "-y")
        for _ in range(3):  # It prunes for all roles of a server at once, which docker may refuse.
            if "a prune operation is already running" in removed.output:
                removed = self.the_reference("remove", "-y")
        self.assert_success(removed)
        for server in self.servers:
            self.assertEqual([], server.containers(all=True))


if __name__ == "__main__":
    try:
        PROGRAM = reference.program()
    except Unavailable as reason:
        print(f"skipped, there is no reference to switch from: {reason}")
        sys.exit(support.SKIPPED)
    support.main()
