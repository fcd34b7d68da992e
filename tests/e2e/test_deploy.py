#!/usr/bin/env python3
"""Versions come and go; whoever asks is always answered."""
import support
from support import must_succeed

# A version that cannot become healthy, and says why in its log.
UNHEALTHY = """#!/bin/sh
echo "version $(cat VERSION) cannot reach the database"
rm -f site/up
exec httpd -f -p 80 -h site
"""


class DeployUnderLoad(support.LabTest):
    @classmethod
    def prepare(cls):
        web = cls.addresses()
        cls.project.configure(cls.project.configuration(web, workers=web[1:]))
        cls.versions = {"1": cls.project.release("1")}
        must_succeed(cls.project.kamal("setup"))

    def test_1_no_request_is_lost_while_version_2_replaces_version_1(self):
        self.versions["2"] = self.project.release("2")
        with self.load() as load:
            result = self.project.kamal("deploy")
        self.assert_success(result)
        self.assert_none_lost(load)
        for address, count in load.counts.items():
            self.assertEqual({"1", "2"}, set(count.versions), f"{address} saw the change from 1 to 2")
        self.assert_all_serve("2")
        self.assert_no_lock()

    def test_2_the_old_containers_are_stopped_and_kept(self):
        for server in self.servers:
            old = f"hello-web-{self.versions['1']}"
            self.assertNotIn(old, server.containers())
            self.assertIn(old, server.containers(all=True))
        worker = self.servers[1]
        self.assertIn(f"hello-worker-{self.versions['2']}", worker.containers())
        self.assertNotIn(f"hello-worker-{self.versions['1']}", worker.containers())

    def test_3_assets_of_both_versions_are_served(self):
        for server in self.servers:
            for version in ("1", "2"):
                status, body = server.get(f"/assets/style-{version}.css")
                self.assertEqual((200, True), (status, "font" in body), f"style of version {version} on {server.name}")

    def test_4_an_unhealthy_version_never_serves(self):
        self.project.write("serve", UNHEALTHY, mode=0o755)
        self.versions["3"] = self.project.release("3")
        with self.load(threads=1) as load:
            result = self.project.kamal("deploy")
        self.assertNotEqual(0, result.status, result)
        self.assert_none_lost(load)
        self.assertEqual({"2"}, set(load.total().versions))
        self.assert_all_serve("2")
        self.assert_no_lock()
        self.assertIn("cannot reach the database", result.output)
        for server in self.servers:
            self.assertNotIn(f"hello-web-{self.versions['3']}", server.containers())
        self.assertIn(f"hello-worker-{self.versions['2']}", self.servers[1].containers())

    def test_5_rollback_to_version_1(self):
        with self.load() as load:
            result = self.project.kamal("rollback", self.versions["1"])
        self.assert_success(result)
        self.assert_none_lost(load)
        self.assert_all_serve("1")
        self.assert_no_lock()
        for server in self.servers:
            self.assertIn(f"hello-web-{self.versions['1']}", server.containers())
            self.assertNotIn(f"hello-web-{self.versions['2']}", server.containers())
        result = self.project.kamal("app", "version")
        self.assertIn(self.versions["1"], result.output)

    def test_6_rollback_to_a_version_that_is_not_there_fails(self):
        result = self.project.kamal("rollback", "nothing")
        self.assertEqual(1, result.status, result)
        self.assert_all_serve("1")
        self.assert_no_lock()

    def test_7_each_failed_host_tells_its_cause(self):
        result = self.project.kamal("deploy", "--skip-push", "--version", self.versions["3"])
        self.assertNotEqual(0, result.status, result)
        for address in self.addresses():
            self.assertRegex(result.output, rf"(?s){address}.*cannot reach the database")
        self.assert_all_serve("1")
        self.assert_no_lock()

    def test_8_the_audit_log_tells_it_all(self):
        result = self.project.kamal("audit")
        self.assert_success(result)
        for version in ("1", "2"):
            self.assertIn(self.versions[version], result.output)
        self.assertRegex(result.output, r"\[tester@example.com\]")


if __name__ == "__main__":
    support.main()
