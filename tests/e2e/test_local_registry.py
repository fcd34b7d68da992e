#!/usr/bin/env python3
"""Deploys without any registry but the one that kamal starts on this machine."""
import socket

import support
from lab import images, settings

REGISTRY = f"localhost:{settings.LOCAL_REGISTRY_PORT}"


class LocalRegistry(support.LabTest):
    @classmethod
    def prepare(cls):
        cls.engine = support.laboratory.engine
        images.make_local_registry(cls.engine)
        cls.engine.docker("tag", images.LOCAL_REGISTRY, "registry:3")
        cls.engine.docker("tag", images.BASE, "base:1")  # No registry has it: builds take it from the Engine.
        configuration = cls.project.configuration(cls.addresses(), workers=[cls.addresses()[1]])
        configuration["registry"] = {"server": REGISTRY}
        configuration["builder"]["args"]["BASE"] = "base:1"
        cls.project.configure(configuration)
        cls.project.write(".kamal/secrets-common", "")
        cls.project.release("1")

    def test_1_setup_starts_the_registry_and_serves(self):
        self.assert_success(self.project.kamal("setup"))
        self.assert_all_serve("1")
        self.assert_no_lock()
        self.assertIn("kamal-docker-registry", self.engine.docker("ps", "--format", "{{.Names}}").stdout)
        for server in self.servers:
            self.assertIn(f"{REGISTRY}/hello", server.docker("images", "--format", "{{.Repository}}").stdout)

    def test_2_the_registry_answers_this_machine_only(self):
        with socket.create_connection(("127.0.0.1", settings.LOCAL_REGISTRY_PORT), 5):
            pass
        gateway = support.laboratory.registry.address.split(":")[0]
        with self.assertRaises(OSError):
            socket.create_connection((gateway, settings.LOCAL_REGISTRY_PORT), 5)

    def test_3_servers_reach_it_during_the_pull_only(self):
        for server in self.servers:
            listening = server.sh("ss -Hltn").stdout
            self.assertNotIn(f":{settings.LOCAL_REGISTRY_PORT} ", listening, f"{server.name} still has the port forwarded")

    def test_4_a_deploy_under_load(self):
        self.project.release("2")
        with self.load(threads=1) as load:
            self.assert_success(self.project.kamal("deploy"))
        self.assert_none_lost(load)
        self.assert_all_serve("2")

    def test_5_exec_reaches_it_on_a_server_without_the_image(self):
        for options in ([], ["-i"]):
            self.assertTrue(self.servers[0].docker("rmi", "--force", f"{REGISTRY}/hello:latest").stdout)
            result = self.project.kamal("app", "exec", "-r", "web", *options, "cat VERSION")
            self.assert_success(result)
            self.assertIn("2", [line.strip() for line in result.output.splitlines()])
            self.assertIn("latest", self.servers[0].docker("images", "--format", "{{.Tag}}").stdout)

    def test_6_login_and_logout_are_refused(self):
        for command in ("login", "logout"):
            result = self.project.kamal("registry", command)
            self.assertEqual(1, result.status, result)
            self.assertIn("local registry", result.output)

    def test_7_remove_stops_the_registry(self):
        self.assert_success(self.project.kamal("registry", "remove"))
        self.assertNotIn("kamal-docker-registry", self.engine.docker("ps", "--all", "--format", "{{.Names}}").stdout)
        self.assert_all_serve("2")


if __name__ == "__main__":
    support.main()
