#!/usr/bin/env python3
"""What a deploy would change: nothing right after one; otherwise exactly what was changed, and then the deploy does it."""
import json
import time

import support
from lab import settings
from lab.traces import Traces
from support import must_succeed

NOBODY = settings.SERVER_ADDRESS.format(99)  # Where nothing listens.
SECRETS = ".kamal/secrets"


class Plan(support.LabTest):
    @classmethod
    def prepare(cls):
        cls.first, cls.second = cls.servers
        base = support.laboratory.base_image()
        cls.configuration = cls.project.configuration(cls.addresses(), workers=[cls.second.address])
        cls.configuration |= {
            "env": {"clear": {"COLOR": "mauve", "PLACE": "a 'quoted' $HOME"}, "secret": ["TOKEN"]},
            "labels": {"team": "blue", "rule": "Host(`a`)"},
            "volumes": ["data:/data", "${PWD}/shared:/shared:ro"],
            "logging": {"driver": "json-file", "options": {"max-size": "5m"}},
            "error_pages_path": "public",
            "accessories": {"box": {"image": base, "host": cls.first.address, "cmd": "sleep 1000",
                                    "port": "127.0.0.1:7777:7777", "volumes": ["box:/box"],
                                    "files": ["VERSION:/etc/version"], "directories": ["data:/var/data"],
                                    "options": {"stop-timeout": "1", "memory": "64m", "cap-add": ["NET_ADMIN"]},
                                    "env": {"clear": {"SHAPE": "cube"}, "secret": ["TOKEN"]}}}}
        cls.configuration["servers"]["worker"]["options"] = {
            "cpus": "0.5", "memory": "128m", "ulimit": "nofile=1024", "tmpfs": "/scratch:size=1m", "init": True,
            "add-host": "db:10.0.0.1", "health-cmd": "true", "health-interval": "1s500ms", "expose": "7000"}
        cls.configuration["proxy"]["run"] = {"http_port": settings.HTTP_PORT, "log_max_size": "4m"}
        cls.project.write("public/502.html", "<p>Back soon</p>")
        cls.project.write(SECRETS, "TOKEN=topaz\n")
        cls.configure()
        cls.version = cls.project.release("1")

    @classmethod
    def configure(cls):
        cls.project.configure(cls.configuration)

    def plan(self, *arguments: str, status: int) -> str:
        result = self.project.kamal("plan", *arguments)
        self.assertEqual(status, result.status, result)
        for secret in ("topaz", "opal", "mauve", "violet"):
            self.assertNotIn(secret, result.output)
        return result.output

    def differences(self, *arguments: str) -> dict:
        """What differs of each container: {"web": {(kind, name, change)}}, for all hosts alike."""
        plan = json.loads(self.plan("--format", "json", *arguments, status=2))
        self.assertEqual([], plan["problems"])
        found = {}
        for container in plan["roles"] + plan["accessories"] + plan["proxies"]:
            name = container.get("role") or container.get("accessory") or "kamal-proxy"
            self.assertEqual([], container["not_compared"])
            for difference in container["differences"]:
                found.setdefault(name, set()).add((difference["kind"], difference["name"], difference["change"]))
        return found

    def assert_deployed(self, *command: str):
        must_succeed(self.project.kamal(*(command or ("deploy",))))
        text = self.plan(status=0)
        self.assertIn("Nothing would change", text)
        self.assertNotIn("not compared", text)

    def test_1_before_the_first_setup(self):
        self.project.kamal("plan")  # The first log-in may warn of unknown host keys.
        with Traces(self.servers) as traces:
            text = self.plan("setup", status=2)
        self.assertIn(f"web on {self.first.address}, {self.second.address}: start a container of {self.version[:7]}", text)
        self.assertIn(f"box on {self.first.address}: start a container", text)
        self.assertIn(f"kamal-proxy on {self.first.address}, {self.second.address}: start a container", text)
        self.assert_none(traces)

    def test_2_nothing_changes_after_a_deploy(self):
        self.assert_deployed("setup")
        with Traces(self.servers) as traces:
            text = self.plan("-v", "--report", "plan.json", status=0)
            for command in (("redeploy",), ("rollback", self.version), ("app", "boot"), ("accessory", "boot", "all")):
                self.plan(*command, status=0)
        self.assertIn("web on", text)
        report = (self.project.folder / "plan.json").read_text()
        self.assertIn("docker inspect", report)
        for value in ("topaz", "mauve", f"KAMAL_VERSION={self.version}"):
            self.assertNotIn(value, report)
        self.assert_none(traces)

    def test_3_env(self):
        env = self.configuration["env"]["clear"]
        del env["PLACE"]
        env |= {"COLOR": "violet", "TASTE": "sweet"}
        self.project.write(SECRETS, "TOKEN=opal\n")
        self.configure()
        expected = {("env", "PLACE", "removed"), ("env", "COLOR", "changed"), ("env", "TASTE", "added"),
                    ("env", "TOKEN", "changed")}
        self.assertEqual({"web": expected, "worker": expected, "box": {("env", "TOKEN", "changed")}}, self.differences())
        self.assertIn("box on " + self.first.address + ": differs from deploy.yml; needs `kamal accessory reboot box`",
                      self.plan(status=2))
        must_succeed(self.project.kamal("accessory", "reboot", "box"))
        self.assert_deployed()

    def test_4_version(self):
        version = self.project.release("2")
        plan = json.loads(self.plan("--format", "json", status=2))
        self.assertEqual({"count": 1, "direction": "forward", "subjects": ["Version 2"]}, plan["commits"])
        self.assertEqual({("replace", self.version, version)},
                         {(role["action"], role["version_before"], role["version_after"]) for role in plan["roles"]})
        self.assertEqual([], [role for role in plan["roles"] if role["differences"]])
        self.assertEqual(("build", True), (plan["image"]["action"], plan["image"]["name"].endswith(":" + version)))
        self.assert_deployed()
        self.assertIn(f"Version {version[:7]} -> {self.version[:7]}", self.plan("rollback", self.version, status=2))
        self.plan("rollback", "0123456", status=1)

    def test_5_proxy_settings(self):
        self.configuration["proxy"] |= {"response_timeout": 12, "host": "shop.example.com"}
        self.configuration["proxy"]["healthcheck"]["interval"] = 2
        self.configure()
        self.assertEqual({"web": {("proxy", "hosts", "added"), ("proxy", "response_timeout", "changed"),
                                  ("proxy", "healthcheck/interval", "changed")}}, self.differences())
        self.assert_deployed()
        self.configuration["proxy"]["run"]["log_max_size"] = "5m"
        self.configure()
        self.assertEqual({"kamal-proxy": {("option", "log-opt max-size", "changed")}}, self.differences())
        must_succeed(self.project.kamal("proxy", "reboot", "-y"))
        self.plan(status=0)

    def test_6_role(self):
        worker = self.configuration["servers"]["worker"]
        worker["cmd"] = "sh -c 'exec ./work'"
        worker["options"] |= {"memory": "256m", "user": "root"}
        del worker["options"]["ulimit"]
        worker["options"]["expose"] = ["7000", "7001"]
        self.configuration["labels"]["team"] = "green"
        self.configuration["volumes"] = ["data:/data"]
        self.configure()
        common = {("label", "team", "changed"), ("volume", "/root/shared:/shared:ro", "removed")}
        self.assertEqual({"web": common, "worker": common | {
            ("cmd", None, "changed"), ("option", "memory", "changed"), ("option", "ulimit", "removed"),
            ("option", "user", "added"), ("option", "expose", "changed")}}, self.differences())
        self.assert_deployed()

    def test_7_a_new_role_and_one_that_is_gone(self):
        servers = self.configuration["servers"]
        servers["cron"] = {**servers.pop("worker"), "hosts": [self.first.address]}
        self.configure()
        text = self.plan(status=2)
        self.assertIn(f"cron on {self.first.address}: start a container of", text)
        self.assertIn(f"Role worker still runs on {self.second.address}", text)
        self.assert_deployed()

    def test_8_accessory(self):
        box = self.configuration["accessories"]["box"]
        box["options"]["memory"] = "96m"
        box["env"]["clear"]["SHAPE"] = "ball"
        self.configure()
        self.assertEqual({"box": {("option", "memory", "changed"), ("env", "SHAPE", "changed")}}, self.differences())
        must_succeed(self.project.kamal("accessory", "reboot", "box"))
        self.plan(status=0)
        must_succeed(self.project.kamal("accessory", "stop", "box"))
        self.assertRegex(self.plan(status=2), r"box on .*\(exited with status \d+\); needs `kamal accessory reboot box`")
        must_succeed(self.project.kamal("accessory", "start", "box"))
        self.first.docker("rm", "--force", "hello-box")
        self.assertIn("(no container); needs `kamal accessory boot box`", self.plan(status=2))
        self.assertIn("box on " + self.first.address + ": start a container", self.plan("accessory", "boot", "box", status=2))
        must_succeed(self.project.kamal("accessory", "boot", "box"))
        self.plan(status=0)

    def test_9_what_could_not_be_found_out(self):
        self.project.write(SECRETS, "")
        self.assertIn("secrets were not compared: ", self.plan(status=1))
        self.project.write(SECRETS, "TOKEN=opal\n")
        self.configuration["servers"]["web"]["hosts"].append(NOBODY)
        self.configure()
        text = self.plan(status=1)
        self.assertRegex(text, rf"(?m)^! {NOBODY}: .*refused")
        self.assertIn(f"web on {NOBODY}: unknown", text)
        self.second.sh("kill -STOP $(pidof dockerd)")
        try:
            start = time.monotonic()
            self.assertIn(f"! {self.second.address}: docker timed out\n", self.plan(status=1))
            self.assertLess(time.monotonic() - start, 45)
        finally:
            self.second.sh("kill -CONT $(pidof dockerd)")


if __name__ == "__main__":
    support.main()
