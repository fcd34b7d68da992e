#!/usr/bin/env python3
"""Programs in containers and on servers, talked to in a real terminal; or through a pipe."""
import hashlib
import os
import shlex
import signal

import support
from lab.process import wait_until
from lab.project import KAMAL
from lab.terminal import Terminal
from support import must_succeed

CONTAINER = "remote> "  # What shells in containers say.


class Interactive(support.LabTest):
    server_count = 1

    @classmethod
    def prepare(cls):
        configuration = cls.project.configuration(cls.addresses())
        configuration["env"] = {"clear": {"PS1": CONTAINER}}
        configuration["accessories"] = {"box": {
            "image": support.laboratory.base_image(), "host": cls.addresses()[0], "cmd": "sleep 1000",
            "env": {"clear": {"PS1": CONTAINER}}}}
        cls.project.configure(configuration)
        cls.version = cls.project.release("1")
        must_succeed(cls.project.kamal("setup"))
        cls.server = cls.servers[0]

    def setUp(self):
        self.terminal = Terminal(self.project.folder, self.project.environment)
        self.addCleanup(self.terminal.__exit__)
        self.terminal.type("stty -g > ../before")

    def kamal(self, *arguments: str, shell=""):
        self.terminal.type(f"{shlex.quote(str(KAMAL))} {shlex.join(arguments)} {shell}; echo status=$?")

    def assert_back_in_the_local_shell(self, status: int):
        """kamal ended with that status, and the terminal works as before."""
        self.terminal.see(f"status={status}")
        self.terminal.type("stty -g > ../after; echo same=$(cmp ../before ../after && echo yes)")
        self.terminal.see("same=yes")

    def assert_size_follows_the_window(self):
        self.terminal.type("stty size")
        self.terminal.see("30 100")
        self.terminal.resize(120, 40)
        for _ in range(20):
            self.terminal.type("stty size")
            if "40 120" in self.terminal.see_match(r"(40 120|30 100)\n[^\n]*$"):
                return
        self.fail(self.terminal.screen())

    def processes(self, word: str) -> list[str]:
        return [line for line in self.server.sh("ps -eo args").stdout.splitlines() if word in line]

    def test_1_a_shell_in_the_running_container(self):
        self.kamal("app", "exec", "-i", "--reuse", "sh")
        self.terminal.see(CONTAINER)
        self.terminal.type("echo $((6 * 7)) $KAMAL_VERSION")
        screen = self.terminal.see(f"42 {self.version}")
        self.assertIn(f"{CONTAINER}echo $((6 * 7)) $KAMAL_VERSION", screen, "what is typed is seen once")
        self.assert_size_follows_the_window()
        self.terminal.type("exit 7")
        self.assert_back_in_the_local_shell(7)

    def test_2_ctrl_c_is_for_the_program_over_there(self):
        self.kamal("app", "exec", "-i", "--reuse", "sh")
        self.terminal.see(CONTAINER)
        self.terminal.type("sleep 1234")
        wait_until("sleep runs", lambda: self.processes("sleep 1234"), timeout=20)
        self.terminal.press("C-c")
        self.terminal.type("echo still there")
        self.terminal.see("still there")
        self.assertEqual([], self.processes("sleep 1234"))
        self.terminal.press("C-d")
        self.assert_back_in_the_local_shell(0)

    def test_3_a_shell_in_a_new_container(self):
        self.kamal("app", "exec", "-i", "sh")
        self.terminal.see(CONTAINER)
        [name] = [name for name in self.server.containers() if name.startswith("hello-web-exec-")]
        self.terminal.type("cat VERSION; hostname")
        self.terminal.see(self.server.docker("inspect", "--format", "{{.Config.Hostname}}", name).stdout.strip())
        self.assert_size_follows_the_window()
        self.terminal.type("exit 3")
        self.assert_back_in_the_local_shell(3)
        self.assertNotIn(name, self.server.containers(all=True))

    def test_4_a_shell_in_an_accessory(self):
        self.assert_shell_in_the_accessory("--reuse")

    def test_5_a_shell_in_a_new_container_of_an_accessory(self):
        self.assert_shell_in_the_accessory()

    def assert_shell_in_the_accessory(self, *options: str):
        self.kamal("accessory", "exec", "box", "-i", *options, "sh")
        self.terminal.see(CONTAINER)
        self.terminal.type("tty && ls -d /bin")
        self.terminal.see("/bin")
        self.assert_size_follows_the_window()
        self.terminal.type("exit 4")
        self.assert_back_in_the_local_shell(4)

    def test_6_the_server_itself(self):
        self.kamal("server", "exec", "-i", "sh")
        self.terminal.see("#")
        self.terminal.type("hostname; echo $TERM")
        self.assertIn("screen-256color", self.terminal.see(self.server.name))
        self.assert_size_follows_the_window()
        self.terminal.type("exit 6")
        self.assert_back_in_the_local_shell(6)

    def test_7_a_signal_restores_the_terminal(self):
        self.kamal("app", "exec", "-i", "--reuse", "sh")
        self.terminal.see(CONTAINER)
        [pid] = [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and self.is_kamal_of_this_test(pid)]
        os.kill(pid, signal.SIGTERM)
        self.assert_back_in_the_local_shell(143)

    def is_kamal_of_this_test(self, pid: str) -> bool:
        try:
            return (os.readlink(f"/proc/{pid}/exe") == os.path.realpath(KAMAL)
                    and os.readlink(f"/proc/{pid}/cwd") == str(self.project.folder))
        except OSError:
            return False

    def test_8_output_may_go_to_a_file(self):
        self.kamal("app", "exec", "-i", "--reuse", "cat VERSION", shell="> ../out")
        self.assert_back_in_the_local_shell(0)
        self.assertIn("1", (self.project.folder.parent / "out").read_text().splitlines())

    def test_9_without_a_terminal_input_is_piped_through(self):
        data = os.urandom(3_000_000)
        for command in (["app", "exec", "-i", "--reuse"], ["app", "exec", "-i"], ["accessory", "exec", "box", "-i", "--reuse"],
                        ["accessory", "exec", "box", "-i"], ["server", "exec", "-i"]):
            result = self.project.kamal(*command, "sh -c 'sha256sum; exit 9'", input=data)
            self.assertEqual(9, result.status, result)
            self.assertIn(hashlib.sha256(data).hexdigest(), result.output)
        result = self.project.kamal("app", "exec", "-i", "--reuse", "head -c 1", input=data)
        self.assert_success(result)


if __name__ == "__main__":
    support.main()
