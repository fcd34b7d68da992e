#!/usr/bin/env python3
"""Bare servers become a served app, and bare servers again."""
import support


class SetupOnBareServers(support.LabTest):
    without_docker = (1,)

    @classmethod
    def prepare(cls):
        web = cls.addresses()
        cls.project.configure(cls.project.configuration(web, workers=web[1:]))
        cls.version = cls.project.release("1")

    def test_1_setup_installs_docker_where_it_is_missing_and_serves(self):
        with_docker, bare = self.servers
        self.assertNotEqual(0, bare.sh("docker --version", check=False).returncode)
        result = self.project.kamal("setup")
        self.assert_success(result)
        self.assertIn("Docker", bare.sh("docker --version").stdout)
        self.assert_all_serve("1")
        self.assert_no_lock()
        for server in self.servers:
            self.assertIn(f"hello-web-{self.version}", server.containers())
            self.assertIn("kamal-proxy", server.containers())

    def test_2_the_worker_runs_beside_it_without_proxy(self):
        name = f"hello-worker-{self.version}"
        self.assertNotIn(name, self.servers[0].containers())
        self.assertIn(name, self.servers[1].containers())
        self.assertIn("version 1 works", self.servers[1].docker("logs", name).stdout)
        self.assertNotIn("worker", self.servers[1].docker("exec", "kamal-proxy", "kamal-proxy", "list").stdout)

    def test_3_the_hosts_keys_are_remembered(self):
        known = (self.project.home / ".ssh" / "known_hosts").read_text()
        for address in self.addresses():
            self.assertIn(address, known)

    def test_4_app_exec_runs_in_a_new_container_on_every_server(self):
        result = self.project.kamal("app", "exec", "-r", "web", "cat VERSION")
        self.assert_success(result)
        for address in self.addresses():
            self.assertRegex(result.output, rf"App Host: {address}")
        self.assertEqual(2, result.output.splitlines().count("1"), result)

    def test_5_app_exec_reuses_the_running_container(self):
        result = self.project.kamal("app", "exec", "--reuse", "--primary", "cat site/index.html")
        self.assert_success(result)
        self.assertIn("Hello from version 1", result.output)

    def test_6_app_exec_fails_when_the_command_fails(self):
        result = self.project.kamal("app", "exec", "--reuse", "--primary", "ls /no-such-file")
        self.assertNotEqual(0, result.status, result)
        self.assertIn("no-such-file", result.output)

    def test_7_app_exec_keeps_the_boundaries_of_its_arguments(self):
        result = self.project.kamal("app", "exec", "--reuse", "--primary", "echo", "one  'two'; $HOME")
        self.assert_success(result)
        self.assertIn("one  'two'; $HOME", result.output.splitlines())
        result = self.project.kamal("app", "exec", "--reuse", "--primary", "echo $HOME | tr a-z A-Z")
        self.assert_success(result)
        self.assertIn("/ROOT", result.output.splitlines())

    def test_8_setup_again_changes_nothing_that_users_see(self):
        with self.load(threads=1) as load:
            self.assert_success(self.project.kamal("setup"))
        self.assert_none_lost(load)
        self.assert_all_serve("1")

    def test_9_remove_leaves_the_servers_clean(self):
        result = self.project.kamal("remove", "--confirmed")
        self.assert_success(result)
        self.assert_no_lock()
        for server in self.servers:
            self.assertEqual([], server.containers(all=True), f"containers of {server.name}")
            images = server.docker("images", "--format", "{{.Repository}}").stdout.split()
            self.assertEqual([], images, f"images of {server.name}")
            self.assertFalse(server.exists("/root/.kamal/apps/hello"))
            self.assertFalse(server.exists("/root/.kamal/proxy"))
            logins = server.sh("cat /root/.docker/config.json 2>/dev/null", check=False).stdout
            self.assertNotIn(support.laboratory.registry.address, logins, f"{server.name} keeps a log-in")


if __name__ == "__main__":
    support.main()
