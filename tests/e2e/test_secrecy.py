#!/usr/bin/env python3
"""A secret is in no argv, no output, no audit file, and in no file that others can read."""
import base64
import pathlib
import re
import shlex
import urllib.parse

import support
from lab.watch import ArgvWatch

REGISTRY_PASSWORD = "reg1stry'Pass $HOME\"word"
ENV_SECRET = "env-s3cret' with $(id) \"quotes\" & more"
TAGGED_SECRET = "tagged-s3cret-0815"
BUILD_SECRET = "build-s3cret-4711"
LINES_SECRET = "-----BEGIN s3cret-----\nMIIEow's3cret`id`\n\tüñï-s3cret→$PATH\\n\n-----END s3cret-----"


def written_as(secret: str) -> set[str]:
    """The ways in which a secret, or a line of it, may turn up in an argv or a log."""
    if "\n" in secret:
        return {form for line in [secret.replace("\n", "\\n"), *secret.split("\n")] for form in written_as(line)}
    in_double_quotes = secret.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return {secret, shlex.quote(secret + " ")[1:-2], in_double_quotes, re.sub(r"([^\w@%+=:,./-])", r"\\\1", secret),
            base64.b64encode(secret.encode()).decode().rstrip("="), urllib.parse.quote(secret)}


class Secrecy(support.LabTest):
    @classmethod
    def prepare(cls):
        web = cls.addresses()
        configuration = cls.project.configuration(web, workers=web[1:])
        configuration["env"] = {"clear": {"GREETING": "Hello"}, "secret": ["APP_SECRET"]}
        configuration["accessories"] = {"box": {
            "image": support.laboratory.base_image(), "host": web[0], "cmd": "sleep 100000", "options": {"stop-timeout": "1"},
            "env": {"secret": ["LINES_SECRET", "APP_SECRET"]}}}
        configuration["builder"]["secrets"] = ["BUILD_SECRET"]
        configuration["servers"]["web"]["env"] = {"secret": ["TAGGED_SECRET", "LINES_SECRET"]}
        cls.project.configure(configuration)
        cls.project.write(".kamal/secrets", "APP_SECRET=$APP_SECRET\nTAGGED_SECRET=$(printenv TAGGED_SECRET)\n"
                                            "BUILD_SECRET=$BUILD_SECRET\nLINES_SECRET=$LINES_SECRET\n")
        dockerfile = (cls.project.folder / "Dockerfile").read_text()
        use = 'RUN --mount=type=secret,id=BUILD_SECRET test "$(wc -c < /run/secrets/BUILD_SECRET)" = 17\n'
        cls.project.write("Dockerfile", dockerfile.replace("EXPOSE 80\n", use + "EXPOSE 80\n"))
        cls.project.release("1")
        cls.environment = {"APP_SECRET": ENV_SECRET, "TAGGED_SECRET": TAGGED_SECRET, "BUILD_SECRET": BUILD_SECRET,
                           "LINES_SECRET": LINES_SECRET}
        key = support.laboratory.key.read_text().splitlines()[1:-1]
        cls.secrets = [REGISTRY_PASSWORD, ENV_SECRET, TAGGED_SECRET, BUILD_SECRET, LINES_SECRET, *key]
        cls.forms = sorted({form for secret in cls.secrets for form in written_as(secret)})
        cls.results = []
        with ArgvWatch(cls.forms) as cls.watch:
            for command in (["setup", "-v"], ["registry", "login", "-v"], ["app", "exec", "-v", "cat VERSION"],
                            ["app", "exec", "--reuse", "-v", "cat VERSION"], ["accessory", "reboot", "box", "-v"],
                            ["accessory", "exec", "box", "-v", "hostname"], ["deploy", "-v"], ["redeploy", "-v"],
                            ["app", "details", "-v"], ["audit", "-v"], ["config", "-v"], ["registry", "logout", "-v"]):
                cls.results.append(cls.project.kamal(*command, environment=cls.environment))

    def test_1_the_runs_succeed(self):
        for result in self.results:
            self.assert_success(result)
        self.assert_all_serve("1")

    def test_2_the_secrets_arrive(self):
        name = self.servers[0].containers("label=role=web")[0]
        environment = self.servers[0].docker("exec", name, "env").stdout.splitlines()
        self.assertIn(f"APP_SECRET={ENV_SECRET}", environment)
        self.assertIn(f"TAGGED_SECRET={TAGGED_SECRET}", environment)
        in_env_file = LINES_SECRET.replace("\n", "\\n")  # Docker's env files have no other line breaks.
        self.assertIn(f"LINES_SECRET={in_env_file}", environment)
        self.assertIn(f"LINES_SECRET={in_env_file}",
                      self.servers[0].docker("exec", "hello-box", "env").stdout.splitlines())

    def test_3_the_watcher_saw_the_log_in_on_client_and_servers(self):
        logins = [line for line in self.watch.seen if re.search(r"docker login ", line)]
        self.assertTrue(logins, "no docker login was seen, so the next test says nothing")
        self.assertTrue([line for line in self.watch.seen if "docker run " in line])

    def test_4_no_argv_has_a_secret(self):
        print(f"{self.watch.looks} looks at command lines, {len(self.watch.found)} with a secret", flush=True)
        self.assertEqual([], self.watch.found)

    def test_5_no_output_has_a_secret(self):
        for result in self.results:
            told = [line for line in result.output.splitlines() if self.forms_in(line)]
            self.assertEqual([], told, f"in the output of kamal {' '.join(result.arguments)}")

    def test_6_no_audit_file_has_a_secret(self):
        for server in self.servers:
            self.assertIn("audit", server.sh("ls /root/.kamal").stdout)
            self.assertEqual([], self.forms_in(server.sh("cat /root/.kamal/*audit*").stdout))

    def test_7_no_file_on_a_server_that_others_can_read_has_a_secret(self):
        for server in self.servers:
            for folder in server.sh("find /root/.kamal -type d -perm /o+r -o -type f -perm /o+r").stdout.split():
                text = server.sh(f"test -d {folder} || cat {folder}").stdout
                self.assertEqual([], self.forms_in(text), f"{server.name}:{folder}")
            self.assertEqual([], self.forms_in(server.sh("cat /tmp/* 2>/dev/null", check=False).stdout))
            modes = server.sh("find /root/.kamal -name '*.env' -printf '%m\\n'").stdout.split()
            self.assertEqual({"600"}, set(modes))

    def test_8_no_file_on_the_client_that_others_can_read_has_a_secret(self):
        for path in pathlib.Path(self.project.home).rglob("*"):
            if path.is_file() and path.stat().st_mode & 0o044:
                self.assertEqual([], self.forms_in(path.read_text(errors="replace")), str(path))

    def test_9_remove_takes_the_secrets_off_the_servers(self):
        self.assert_success(self.project.kamal("remove", "--confirmed", environment=self.environment))
        for server in self.servers:
            self.assertEqual("", server.sh("find /root/.kamal -name '*.env'").stdout)

    def forms_in(self, text: str) -> list[str]:
        return [form for form in self.forms if form in text]


if __name__ == "__main__":
    support.laboratory.registry_password = REGISTRY_PASSWORD
    support.main()
