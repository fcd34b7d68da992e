#!/usr/bin/env python3
"""What cannot work is refused with one clear message, and the servers stay as they were."""
import shutil

import support
from lab import settings
from lab.process import run


class Refused(support.LabTest):
    @classmethod
    def prepare(cls):
        cls.good = cls.project.configuration(cls.addresses())
        cls.project.configure(cls.good)
        cls.project.release("1")

    def setUp(self):
        self.project.configure(self.good)
        shutil.rmtree(self.project.home / ".ssh")
        (self.project.home / ".ssh").mkdir(mode=0o700)

    def assert_refused(self, result, *words: str):
        self.assertNotIn(result.status, (0, None), result)
        for word in words:
            self.assertIn(word.lower(), result.output.lower())
        self.assert_no_lock()
        for server in self.servers:
            self.assertEqual([], server.containers(all=True), f"containers of {server.name}")

    def test_a_wrong_registry_password(self):
        result = self.project.kamal("setup", environment={"KAMAL_REGISTRY_PASSWORD": "not-the-password"})
        self.assert_refused(result, support.laboratory.registry.address, "unauthorized")
        self.assertNotIn("not-the-password", result.output)

    def test_a_server_that_does_not_answer(self):
        nobody = settings.SERVER_ADDRESS.format(99)
        self.good_but(servers={"web": {"hosts": [self.addresses()[0], nobody]}})
        self.assert_refused(self.project.kamal("setup"), nobody, "refused")

    def test_a_key_that_the_servers_do_not_know(self):
        key = self.project.home / "stranger"
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
        self.good_but(ssh={**self.good["ssh"], "keys": [str(key)]})
        self.assert_refused(self.project.kamal("setup"), self.addresses()[0], "auth")

    def test_a_server_with_another_key_than_before(self):
        known = self.project.home / ".ssh" / "known_hosts"
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.project.home / "other"])
        other = " ".join((self.project.home / "other.pub").read_text().split()[:2])
        known.write_text(f"[{self.addresses()[0]}]:{settings.SSH_PORT} {other}\n")
        self.assert_refused(self.project.kamal("setup"), self.addresses()[0], "key", "known_hosts:1")

    def test_a_missing_dockerfile(self):
        dockerfile = self.project.folder / "Dockerfile"
        text = dockerfile.read_text()
        dockerfile.unlink()
        self.project.commit("Without Dockerfile")
        try:
            self.assert_refused(self.project.kamal("setup"), "Dockerfile")
        finally:
            self.project.write("Dockerfile", text)
            self.project.commit("With Dockerfile")

    def test_a_folder_that_is_no_git_repository(self):
        (self.project.folder / ".git").rename(self.project.home / "git")
        try:
            self.assert_refused(self.project.kamal("setup"), "git")
        finally:
            (self.project.home / "git").rename(self.project.folder / ".git")

    def test_a_key_in_deploy_yml_that_nobody_knows(self):
        self.good_but(srevers=["127.0.0.1"])
        self.assert_refused(self.project.kamal("setup"), "srevers", "deploy.yml")

    def test_a_destination_that_is_not_there(self):
        self.assert_refused(self.project.kamal("setup", "-d", "moon"), "deploy.moon.yml")

    def good_but(self, **changes):
        self.project.configure({**self.good, **changes})
        self.project.commit("Something that cannot work")


if __name__ == "__main__":
    support.main()
