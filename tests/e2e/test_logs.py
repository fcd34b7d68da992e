#!/usr/bin/env python3
"""Logs that are followed: of all hosts and roles at once, whatever becomes of the containers, until Ctrl-C."""
import contextlib
import signal

import support
from lab.process import wait_until
from support import must_succeed


class Logs(support.LabTest):
    @classmethod
    def prepare(cls):
        cls.first, cls.second = cls.servers
        configuration = cls.project.configuration(cls.addresses(), workers=[cls.second.address])
        configuration["accessories"] = {"box": {"image": support.laboratory.base_image(), "hosts": cls.addresses(),
                                                "cmd": "sleep 1000", "options": {"stop-timeout": "1"}}}
        cls.project.configure(configuration)
        cls.project.release("1")

    @contextlib.contextmanager
    def following(self, *arguments: str):
        """kamal follows logs until the end of the block; Ctrl-C ends it then, and leaves nothing on the servers."""
        run = self.project.start(*arguments)
        try:
            yield run
            self.assertTrue(run.running(), run.output())
        finally:
            if run.running():
                run.send_to_all(signal.SIGINT)
            result = run.wait(20)
        self.assertEqual(130, result.status, result)
        wait_until("no process of kamal's is left on the servers",
                   lambda: not any(self.processes_that_follow(server) for server in self.servers), timeout=20)

    def processes_that_follow(self, server) -> list[str]:
        return [line for line in server.sh("ps -eo args").stdout.splitlines() if "docker logs" in line]

    def see(self, run, text: str):
        wait_until(f"{text!r} is shown", lambda: f"{text}\n" in run.output() or not run.running(), timeout=40)
        self.assertIn(f"{text}\n", run.output())

    def container(self, server, role: str) -> str:
        [name] = server.containers(f"label=role={role}")
        return name

    def say(self, server, container: str, line: str):
        """The container's main process seems to print a line."""
        server.docker("exec", container, "sh", "-c", f"echo '{line}' > /proc/1/fd/1")

    def test_1_no_container_at_all(self):
        for command in (["app"], ["accessory"], ["proxy"]):
            result = self.project.kamal(*command, "logs", *(["box"] if command == ["accessory"] else []), "-f")
            self.assertEqual(1, result.status, result)
            self.assertIn(f"no containers on {self.first.address}, {self.second.address}", result.output)
        must_succeed(self.project.kamal("setup"))

    def test_2_all_hosts_and_roles_at_once_across_a_deploy(self):
        with self.following("app", "logs", "-f", "-T") as run:
            places = [(self.first, "web"), (self.second, "web"), (self.second, "worker")]
            for server, role in places:
                self.see(run, f"{server.address} {role}: version 1 {'serves' if role == 'web' else 'works'}")
            before = {place: self.container(*place) for place in places}
            self.project.release("2")
            must_succeed(self.project.kamal("deploy"))
            for server, role in places:
                prefix = f"{server.address} {role}: "
                self.see(run, f"{prefix}version 2 {'serves' if role == 'web' else 'works'}")
                self.see(run, f"{prefix}{before[server, role]} was replaced; following {self.container(server, role)}...")
            self.say(self.first, self.container(self.first, "web"), "a later line")
            self.see(run, f"{self.first.address} web: a later line")

    def test_3_one_host_is_followed_without_its_name(self):
        name = self.container(self.first, "web")
        self.say(self.first, name, "before")
        with self.following("app", "logs", "-f", "-T", "-p", "--roles", "web", "--lines", "1") as run:
            self.see(run, "before")
            self.say(self.first, name, "now")
            self.see(run, "now")
            self.assertNotIn("version 2 serves", run.output(), "only one old line was asked for")
            self.assertNotRegex(run.output(), rf"{self.first.address} web:")

    def test_4_only_lines_that_match(self):
        name = self.container(self.first, "web")
        with self.following("app", "logs", "-f", "-T", "-p", "--roles", "web", "--grep", "match") as run:
            self.see(run, f"Following logs on {self.first.address}...")
            self.say(self.first, name, "something else")
            self.say(self.first, name, "a match")
            self.see(run, "a match")
            self.assertNotIn("something else", run.output())

    def test_5_a_container_that_stops_and_starts_again(self):
        name = self.container(self.first, "web")
        with self.following("app", "logs", "-f", "-T", "-p", "--roles", "web") as run:
            self.see(run, "version 2 serves")
            self.say(self.first, name, "the last line")
            self.see(run, "the last line")
            self.first.docker("stop", name)
            self.see(run, f"{name} stopped; waiting for a new container...")
            self.first.docker("start", name)
            self.see(run, f"{name} restarted; following...")
            self.say(self.first, name, "a new line")
            self.see(run, "a new line")
            lines = run.output().splitlines()
        self.assertEqual(1, lines.count("the last line"), "no line is shown again")
        self.assertEqual(2, lines.count("version 2 serves"), "one for each start")

    def test_6_an_accessory_that_is_rebooted(self):
        with self.following("accessory", "logs", "box", "-f", "-T") as run:
            self.see(run, f"  INFO Following logs on {self.first.address}, {self.second.address}...")
            must_succeed(self.project.kamal("accessory", "reboot", "box"))
            for server in self.servers:
                self.see(run, f"{server.address}: hello-box was replaced; following hello-box...")
                self.say(server, "hello-box", "from the box")
                self.see(run, f"{server.address}: from the box")

    def test_7_the_proxy(self):
        with self.following("proxy", "logs", "-f") as run:
            for server in self.servers:
                server.get(f"/?looked-for-on={server.name}")
            for server in self.servers:
                wait_until("the request is in the log", lambda: f"looked-for-on={server.name}" in run.output(), timeout=20)
                [line] = [line for line in run.output().splitlines() if f"looked-for-on={server.name}" in line]
                self.assertRegex(line, rf"^{server.address}: \d{{4}}-")

    def test_8_a_host_where_nothing_runs_yet(self):
        must_succeed(self.project.kamal("app", "stop", "--hosts", self.first.address))
        with self.following("app", "logs", "-f", "-T", "--roles", "web") as run:
            self.see(run, f"{self.first.address} web: No running container; waiting for one...")
            self.see(run, f"{self.second.address} web: version 2 serves")
            must_succeed(self.project.kamal("app", "start", "--hosts", self.first.address))
            self.see(run, f"{self.first.address} web: version 2 serves")


if __name__ == "__main__":
    support.main()
