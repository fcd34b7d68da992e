#!/usr/bin/env python3
"""Aliases with arguments, and every hook at its time with its variables."""
import json
import sys

import support
from lab import settings

HOOKS = ("docker-setup", "pre-connect", "pre-build", "pre-deploy", "post-deploy", "pre-app-boot", "post-app-boot",
         "pre-proxy-reboot", "post-proxy-reboot")
# Writes down what it is given, and what the first of its hosts answers a browser meanwhile.
RECORDER = """#!{python}
import http.client, json, os, re, sys
hook = os.path.basename(sys.argv[0])
env = {{name: value for name, value in os.environ.items() if name.startswith("KAMAL_") or name == "A_SECRET"}}
connection = http.client.HTTPConnection(env["KAMAL_HOSTS"].split(",")[0], {port}, timeout=5)
try:
    connection.request("GET", "/", headers={{"Connection": "close"}})
    served = re.search("version ([0-9]+)", connection.getresponse().read().decode())
except (OSError, http.client.HTTPException):
    served = None
with open("../record", "a") as record:
    record.write(json.dumps({{"hook": hook, "env": env, "served": served and served[1]}}) + "\\n")
if os.path.exists("../fail-in-" + hook):
    sys.exit("no " + hook + " today")
"""
APP_BOOTS = ["pre-app-boot", "post-app-boot"] * 2  # boot.limit is 1, and there are two servers.


class AliasesAndHooks(support.LabTest):
    @classmethod
    def prepare(cls):
        configuration = cls.project.configuration(cls.addresses())
        configuration["boot"] = {"limit": 1}
        configuration["aliases"] = {
            "run": "app exec --reuse --primary", "greet": "run echo 'Hello, you'", "where": "app details -h",
            "one": "two", "two": "one"}
        cls.configuration = configuration
        cls.project.configure(configuration)
        cls.project.write(".kamal/secrets", "A_SECRET=tell-nobody\n")
        for hook in HOOKS:
            cls.project.write(f".kamal/hooks/{hook}", RECORDER.format(python=sys.executable, port=settings.HTTP_PORT), 0o755)
        cls.versions = {"1": cls.project.release("1")}

    def recorded(self) -> list[dict]:
        """What the hooks wrote down since the last look."""
        record = self.project.folder.parent / "record"
        lines = record.read_text().splitlines() if record.exists() else []
        record.unlink(missing_ok=True)
        return [json.loads(line) for line in lines]

    def assert_hooks(self, names: list[str], record: list[dict]):
        self.assertEqual(names, [entry["hook"] for entry in record])

    def assert_variables(self, entry: dict, **expected: str):
        for name, value in expected.items():
            self.assertEqual(value, entry["env"].get(f"KAMAL_{name}"), f"KAMAL_{name} in {entry}")

    def test_1_setup(self):
        self.assert_success(self.project.kamal("setup"))
        record = self.recorded()
        self.assert_hooks(["pre-connect", "docker-setup", "pre-build", "pre-deploy", *APP_BOOTS, "post-deploy"], record)
        for entry in record:
            self.assert_variables(entry, COMMAND="setup", SUBCOMMAND=None, VERSION=self.versions["1"], SERVICE="hello",
                                  SERVICE_VERSION=f"hello@{self.versions['1'][:7]}", PERFORMER="tester@example.com",
                                  DESTINATION=None, ROLES=None)
            self.assertRegex(entry["env"]["KAMAL_RECORDED_AT"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        connect, *others, last = record
        self.assert_variables(connect, LOCK="false")
        for entry in others:
            self.assert_variables(entry, LOCK="true")
        self.assertRegex(last["env"]["KAMAL_RUNTIME"], r"^\d+$")

    def test_2_deploy(self):
        self.versions["2"] = self.project.release("2")
        self.assert_success(self.project.kamal("deploy"))
        record = self.recorded()
        self.assert_hooks(["pre-connect", "pre-build", "pre-deploy", *APP_BOOTS, "post-deploy"], record)
        first, second = self.addresses()
        self.assertEqual([f"{first},{second}"] * 3 + [first, first, second, second] + [f"{first},{second}"],
                         [entry["env"]["KAMAL_HOSTS"] for entry in record])
        self.assertEqual(["1", "1", "1", "1", "2", "1", "2", "2"], [entry["served"] for entry in record],
                         "what the first of KAMAL_HOSTS serves meanwhile")
        self.assertEqual(["pre-connect", "pre-deploy", "post-deploy"],
                         [entry["hook"] for entry in record if entry["env"].get("A_SECRET") == "tell-nobody"])

    def test_3_rollback(self):
        self.assert_success(self.project.kamal("rollback", self.versions["1"], "--hosts", self.addresses()[0]))
        record = self.recorded()
        self.assert_hooks(["pre-connect", "pre-deploy", "pre-app-boot", "post-app-boot", "post-deploy"], record)
        for entry in record[1:]:
            self.assert_variables(entry, COMMAND="rollback", VERSION=self.versions["1"], HOSTS=self.addresses()[0])
        self.assertEqual(["2", "1"], [entry["served"] for entry in record[2:4]])
        self.assert_success(self.project.kamal("redeploy", "--skip-push"))
        self.assert_hooks(["pre-connect", "pre-deploy", *APP_BOOTS, "post-deploy"], self.recorded())

    def test_4_proxy_reboot(self):
        self.assert_success(self.project.kamal("proxy", "reboot", "--rolling", "-y"))
        record = self.recorded()
        self.assert_hooks(["pre-connect", *["pre-proxy-reboot", "post-proxy-reboot"] * 2], record)
        first, second = self.addresses()
        self.assertEqual([first, first, second, second], [entry["env"]["KAMAL_HOSTS"] for entry in record[1:]])
        self.assert_variables(record[1], COMMAND="proxy", SUBCOMMAND="reboot", LOCK="true")

    def test_5_a_hook_that_fails_stops_the_run_with_its_words(self):
        self.project.release("3")
        for hook in ("pre-connect", "pre-build", "pre-deploy", "pre-app-boot"):
            failing = self.project.folder.parent / f"fail-in-{hook}"
            failing.touch()
            result = self.project.kamal("deploy")
            failing.unlink()
            self.assertEqual(1, result.status, result)
            self.assertIn(f"Hook `{hook}` failed", result.output)
            self.assertIn(f"no {hook} today", result.output)
            self.assertEqual(hook, self.recorded()[-1]["hook"], "nothing runs behind it")
            self.assert_all_serve("2")
            self.assert_no_lock()

    def test_6_hooks_can_be_skipped(self):
        self.assert_success(self.project.kamal("deploy", "--skip-hooks"))
        self.assertEqual([], self.recorded())
        self.assert_all_serve("3")

    def test_7_an_alias_takes_arguments(self):
        result = self.project.kamal("run", "cat VERSION")
        self.assert_success(result)
        self.assertIn("3", result.output.splitlines())
        entry = self.recorded()[-1]
        self.assert_variables(entry, COMMAND="app", SUBCOMMAND="exec")
        result = self.project.kamal("where", self.addresses()[1])
        self.assert_success(result)
        self.assertNotIn(f"App Host: {self.addresses()[0]}", result.output)
        self.assertIn(f"App Host: {self.addresses()[1]}", result.output)

    def test_8_an_alias_of_an_alias(self):
        result = self.project.kamal("greet", "and me")
        self.assert_success(result)
        self.assertIn("Hello, you and me", result.output.splitlines())

    def test_9_aliases_that_cannot_work_are_named(self):
        result = self.project.kamal("one")
        self.assertEqual(1, result.status, result)
        self.assertIn("one -> two -> one", result.output)
        self.configuration["aliases"]["deploy"] = "redeploy"
        self.project.configure(self.configuration)
        result = self.project.kamal("app", "version")
        self.assertEqual(1, result.status, result)
        self.assertIn("aliases/deploy", result.output)


if __name__ == "__main__":
    support.main()
