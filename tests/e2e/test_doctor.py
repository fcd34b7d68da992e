#!/usr/bin/env python3
"""All is well on a healthy fleet, and what is planted is found by its name: this and nothing else."""
import contextlib
import copy
import json
import pathlib
import time

import support
from lab import settings
from lab.process import run
from lab.traces import Traces
from support import must_succeed

NOBODY = settings.SERVER_ADDRESS.format(99)  # Where nothing listens.
FOREIGN_ARCH = "arm64" if settings.ARCH == "amd64" else "amd64"


class Doctor(support.LabTest):
    @classmethod
    def prepare(cls):
        cls.first, cls.second = cls.servers
        cls.configuration = cls.project.configuration(cls.addresses())
        cls.project.configure(cls.configuration)
        cls.project.write(".dockerignore", ".git\n")
        cls.project.release("1")

    def diagnose(self, *options: str, **more) -> dict:
        result = self.project.kamal("doctor", "--format", "json", *options, **more)
        self.diagnosis = json.loads(result.output[result.output.index("{"):])  # The first log-in warns of host keys.
        self.assertEqual(1 if self.diagnosis["problems"] else 0, result.status, result)
        return self.diagnosis

    def faults(self) -> dict[tuple[str, str | None], str]:
        """State by name and host. What could not be found out has its cause among them."""
        return {(check["name"], check["host"]): check["state"] for check in self.diagnosis["checks"]
                if check["state"] in ("warning", "problem")}

    def assert_found(self, expected: dict[tuple[str, str | None], str], *options: str, **more):
        self.diagnose(*options, **more)
        self.assertEqual(expected, self.faults(), json.dumps(self.diagnosis, indent=1))

    @contextlib.contextmanager
    def configured(self, **changes):
        """Sections of deploy.yml, merged key by key into those that are there."""
        configuration = copy.deepcopy(self.configuration)
        for section, change in changes.items():
            is_part = isinstance(change, dict) and isinstance(configuration.get(section), dict)
            configuration[section] = {**configuration[section], **change} if is_part else change
        self.project.configure(configuration)
        try:
            yield
        finally:
            self.project.configure(self.configuration)

    @contextlib.contextmanager
    def on(self, server, plant: str, undo: str):
        server.sh(plant)
        try:
            yield
        finally:
            server.sh(undo)

    def stand_in(self, program: str, script: str):
        """A program that comes before the system's own one, on the second server."""
        path = f"/usr/local/bin/{program}"
        self.second.write(path, f"#!/bin/sh\n{script}\n", mode="755")
        return self.on(self.second, "true", f"rm {path}")

    # -- a healthy fleet ----------------------------------------------------------------------------------------------
    def test_01_before_the_first_deploy(self):
        self.diagnose()  # The first log-in saves the host keys.
        with Traces(self.servers) as traces:
            self.assert_found({})
        self.assert_none(traces)

    def test_02_all_is_well(self):
        must_succeed(self.project.kamal("setup"))
        with Traces(self.servers) as traces:
            self.assert_found({})
        self.assert_none(traces)
        checks = self.diagnosis["checks"]
        self.assertEqual({"ok"}, {check["state"] for check in checks}, checks)
        for address in self.addresses():
            names = {check["name"] for check in checks if check["host"] == address}
            self.assertLessEqual({"reachable", "processor", "disk", "proxy-version", "ports", "registry"}, names)
        result = self.project.kamal("doctor")
        self.assertTrue(result.output.endswith("\n\nNo problems\n"), result)
        self.assertNotIn(self.project.lab.registry_password, result.output)

    def test_03_nobody_stays_logged_in_here(self):
        docker = self.project.home / ".docker" / "config.json"
        before = docker.read_text()
        self.assert_found({})
        self.assertEqual(before, docker.read_text())
        self.assertEqual([], list((self.project.home / "tmp").glob("kamal-doctor-*")))

    # -- this machine -------------------------------------------------------------------------------------------------
    def test_10_git(self):
        git = self.project.folder / ".git"
        git.rename(self.project.folder / "git-away")
        try:
            self.assert_found({("git", None): "problem"})
        finally:
            (self.project.folder / "git-away").rename(git)

    def test_11_docker(self):
        self.assert_found({("docker", None): "problem"}, environment={"DOCKER_HOST": "unix:///nowhere.sock"})

    def test_12_a_foreign_processor(self):
        with self.configured(builder={"arch": FOREIGN_ARCH}):
            self.assert_found({("emulator", None): "problem",
                               **{("processor", address): "problem" for address in self.addresses()}})

    def test_13_secrets(self):
        with self.configured(env={"secret": ["NOBODY_SET_IT"]}):
            self.assert_found({("secrets", None): "problem"})

    def test_14_registry_password(self):
        self.assert_found({("registry-login", None): "problem"}, environment={"KAMAL_REGISTRY_PASSWORD": "wrong"})

    def test_15_hooks(self):
        self.project.write(".kamal/hooks/pre-deploy", "#!/bin/sh\n", mode=0o644)
        try:
            self.assert_found({("hooks", None): "problem"})
        finally:
            (self.project.folder / ".kamal/hooks/pre-deploy").unlink()

    def test_16_dockerfile(self):
        with self.configured(builder={"dockerfile": "Dockerfile.gone"}):
            self.assert_found({("dockerfile", None): "problem"})

    def test_17_app_port_and_healthcheck(self):
        with self.configured(proxy={"app_port": 3000, "healthcheck": {"interval": 1}}):
            self.assert_found({("app-port", None): "warning", ("healthcheck", None): "warning"})

    def test_18_dockerignore(self):
        (self.project.folder / ".dockerignore").unlink()
        try:
            self.assert_found({("dockerignore", None): "warning"})
        finally:
            self.project.write(".dockerignore", ".git\n")

    def test_19_dns(self):
        with self.configured(proxy={"host": "shop.invalid"}):
            self.assert_found({("dns", None): "problem"})

    def test_20_a_certificate_that_expires_soon(self):
        key, certificate = self.project.home / "key.pem", self.project.home / "certificate.pem"
        run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=shop.localhost", "-days", "1",
             "-keyout", key, "-out", certificate])
        secrets = self.project.folder / ".kamal/secrets"
        self.project.write(".kamal/secrets", f"CERTIFICATE=$(cat {certificate})\nKEY=$(cat {key})\n")
        try:
            with self.configured(proxy={"host": "shop.localhost", "ssl": {"certificate_pem": "CERTIFICATE",
                                                                         "private_key_pem": "KEY"}}):
                self.assert_found({("certificate", None): "warning"})
        finally:
            secrets.unlink()

    def test_21_a_configuration_that_does_not_load(self):
        with self.configured(serverz=["x"]):
            self.assert_found({("configuration", None): "problem"})
        self.assertIsNone(self.diagnosis["service"])

    # -- servers ------------------------------------------------------------------------------------------------------
    def test_30_a_server_that_is_down(self):
        with self.configured(servers={"web": {"hosts": [*self.addresses(), NOBODY]}}):
            self.assert_found({("reachable", NOBODY): "problem"})

    def test_31_another_host_key(self):
        known_hosts = self.project.home / ".ssh" / "known_hosts"
        before = known_hosts.read_text()
        name = f"[{self.second.address}]:{settings.SSH_PORT} "
        self.assertIn(name, before)
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.project.home / "other"])
        other = pathlib.Path(f"{self.project.home}/other.pub").read_text().split()[:2]
        lines = [line for line in before.splitlines() if not line.startswith(name)]
        known_hosts.write_text("\n".join([*lines, name + " ".join(other)]) + "\n")
        try:
            self.assert_found({("host-key", self.second.address): "problem"})
        finally:
            known_hosts.write_text(before)

    def test_32_a_refused_login(self):
        with self.on(self.second, "mv /root/.ssh/authorized_keys /root/.ssh/away",
                     "mv /root/.ssh/away /root/.ssh/authorized_keys"):
            self.assert_found({("login", self.second.address): "problem"})

    def test_33_no_docker(self):
        with self.on(self.second, "mv /usr/bin/docker /usr/bin/docker.away", "mv /usr/bin/docker.away /usr/bin/docker"):
            self.assert_found({("docker", self.second.address): "problem"})

    def test_34_docker_for_root_only(self):
        for server in self.servers:
            server.sh("useradd --create-home --shell /bin/bash deploy && cp -r /root/.ssh /home/deploy/ && "
                      "chown -R deploy /home/deploy/.ssh")
        with self.configured(ssh={"user": "deploy"}):
            self.assert_found({("docker-access", address): "problem" for address in self.addresses()})

    def test_35_a_docker_that_hangs(self):
        with self.on(self.second, "kill -STOP $(pidof dockerd)", "kill -CONT $(pidof dockerd)"):
            start = time.monotonic()
            self.assert_found({("docker-running", self.second.address): "problem"})
            self.assertLess(time.monotonic() - start, 40)

    def test_36_a_full_disk(self):
        with self.stand_in("df", "case $1 in\n-Pk) echo '/dev/x 1000000 990000 10000 99% /' ;;\n"
                                 "*) echo '/dev/x 1000 995 5 99% /' ;;\nesac"):
            self.assert_found({("disk", self.second.address): "problem", ("inodes", self.second.address): "problem"})

    def test_37_a_wrong_clock(self):
        with self.stand_in("date", "[ \"$1\" = +%s ] && echo 1700000000 || exec /bin/date \"$@\""):
            self.assert_found({("clock", self.second.address): "problem"})

    def test_38_a_login_shell_that_talks(self):
        with self.on(self.second, "cp /root/.bashrc /root/away; echo 'echo Welcome' > /root/.bashrc",
                     "mv /root/away /root/.bashrc"):
            self.assert_found({("shell", self.second.address): "warning"})

    def test_39_a_registry_that_is_out_of_reach(self):
        rule = f"OUTPUT -p tcp --dport {settings.REGISTRY_PORT} -j REJECT --reject-with tcp-reset"
        with self.on(self.second, f"iptables -I {rule}", f"iptables -D {rule}"):
            self.assert_found({("registry", self.second.address): "problem"})

    def test_40_a_lock_left_behind(self):
        must_succeed(self.project.kamal("lock", "acquire", "-m", "Moving the database"))
        try:
            self.assert_found({("lock", self.first.address): "warning"})
            [lock] = [check for check in self.diagnosis["checks"] if check["name"] == "lock"]
            self.assertRegex(lock["what"], r"held by Tester for \d+ seconds? on .*: Moving the database")
        finally:
            must_succeed(self.project.kamal("lock", "release"))

    def test_41_a_container_that_crashes_and_one_that_logs_without_a_limit(self):
        self.second.docker("run", "--detach", "--restart", "always", "--name", "hello-web-crash", "--label", "service=hello",
                           "--label", "role=web", "--label", "destination=", support.laboratory.base_image(), "false")
        try:
            time.sleep(3)
            self.diagnose()
            self.assertIn(("logs", self.second.address), self.faults())
            self.assertIn(("restarts", self.second.address), self.faults())
            self.assertLessEqual(set(self.faults()), {("logs", self.second.address), ("restarts", self.second.address)})
        finally:
            self.second.docker("rm", "--force", "hello-web-crash")

    def test_42_an_old_proxy(self):
        image = f"basecamp/kamal-proxy:{settings.KAMAL_PROXY}"
        self.second.docker("stop", "kamal-proxy")
        self.second.docker("rename", "kamal-proxy", "proxy-away")
        self.second.docker("tag", image, "basecamp/kamal-proxy:v0.8.0")
        self.second.docker("run", "--detach", "--name", "kamal-proxy", "--log-opt", "max-size=10m",
                           "basecamp/kamal-proxy:v0.8.0")
        try:
            self.assert_found({("proxy-version", self.second.address): "problem"})
        finally:
            self.second.docker("rm", "--force", "kamal-proxy")
            self.second.docker("rename", "proxy-away", "kamal-proxy")
            self.second.docker("start", "kamal-proxy")

    def test_43_a_port_in_use(self):
        self.second.docker("stop", "kamal-proxy")
        self.second.docker("run", "--detach", "--name", "squatter", "--publish", "80:80", support.laboratory.base_image(),
                           "httpd", "-f")
        try:
            self.assert_found({("proxy-version", self.second.address): "problem",
                               ("ports", self.second.address): "problem"})
        finally:
            self.second.docker("rm", "--force", "squatter")
            self.second.docker("start", "kamal-proxy")

    def test_44_all_is_well_again(self):
        self.assert_found({})


if __name__ == "__main__":
    support.main()
