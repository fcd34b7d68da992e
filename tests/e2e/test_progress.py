#!/usr/bin/env python3
"""Live progress in a real terminal: it is there while a deploy runs, and nothing of it afterwards."""
import re
import shlex

import support
from lab.process import run
from lab.project import KAMAL
from lab.terminal import Terminal
from support import must_succeed

LIVE = re.compile(r"(?m)^(\[\d+/\d+\] [a-z-]+ \| |kamal [a-z ]+ \| \d|running on \S+ for |slowest of |\[[=> ]{20}\] )")
SLOW_HOOK = "#!/bin/sh\nfor second in 1 2 3 4 5 6; do echo second $second; sleep 1; done\n"
WAITING_HOOK = "#!/bin/sh\ntrap 'exit 1' INT TERM\nfor second in $(seq 60); do sleep 1; done\n"


class Progress(support.LabTest):
    @classmethod
    def prepare(cls):
        configuration = cls.project.configuration(cls.addresses())
        configuration["output"] = {"file": {"path": "log/"}}
        cls.project.configure(configuration)
        cls.configuration = configuration
        cls.project.write(".gitignore", "log/\n")
        dockerfile = (cls.project.folder / "Dockerfile").read_text()
        cls.project.write("Dockerfile", dockerfile.replace("EXPOSE", "RUN for i in 1 2 3 4; do echo $i; sleep 1; done\nEXPOSE"))
        cls.project.release("1")
        must_succeed(cls.project.kamal("setup"))

    def setUp(self):
        self.terminal = Terminal(self.project.folder, self.project.environment)
        self.addCleanup(self.terminal.__exit__)
        self.terminal.type("stty -g > ../before")
        for server in self.servers:
            server.sh("rm -rf /root/.kamal/lock*")

    def kamal(self, *arguments: str, shell=""):
        self.terminal.type(f"{shlex.quote(str(KAMAL))} {shlex.join(arguments)} {shell}; echo status=$?")

    def release_with_hook(self, hook: str):
        self.project.write(".kamal/hooks/pre-deploy", hook, mode=0o755)
        self.project.release(f"of {self.id()}")

    def assert_clean_after(self, status: int, last_line: str) -> str:
        """kamal ended with that status and that line, no live line is left, and the terminal works as before."""
        screen = self.terminal.see(f"status={status}")
        self.assertEqual([], LIVE.findall(screen), screen)
        self.assertRegex(screen, rf"(?m){last_line}.*\n(Logs written to .*\n)?status={status}$")
        self.assertEqual("1", self.terminal.cursor_flag(), "the cursor is visible")
        self.terminal.type("stty -g > ../after; echo same=$(cmp ../before ../after && echo yes)")
        self.terminal.see("same=yes")
        return screen

    def log_lines(self) -> list[str]:
        """Of the last run, as its file has them."""
        newest = max((self.project.folder / "log").iterdir(), key=lambda file: file.stat().st_mtime)
        return newest.read_text().splitlines()

    def test_1_a_deploy_in_a_window_that_changes_its_size(self):
        self.release_with_hook(SLOW_HOOK)
        self.kamal("deploy", "-v")
        self.terminal.see_match(r"(?m)^\[1/\d+\] build \| \d+s")
        self.terminal.see_match(r"(?m)^\[[=> ]{20}\] 5/6 RUN for i in")
        for columns, rows in ((40, 12), (130, 40), (25, 30), (70, 5), (100, 30)):
            self.terminal.see_match(LIVE.pattern)
            self.terminal.resize(columns, rows)
        self.terminal.see_match(r"(?m)^\[\d+/\d+\] pre-deploy \| .*\nrunning on localhost for \ds")
        screen = self.assert_clean_after(0, "Deployed hello ")
        lines = [line for line in self.log_lines() if "Running" in line or "Finished" in line or "second" in line]
        self.assertGreater(len(lines), 20)
        for line in lines:
            self.assertIn(line.strip(), screen, "a line of the log was overwritten")

    def test_2_ctrl_c(self):
        self.release_with_hook(WAITING_HOOK)
        self.kamal("deploy")
        self.terminal.see_match(r"running on localhost for 2s")
        self.terminal.press("C-c")
        self.assert_clean_after(130, "")
        self.assert_no_lock()

    def test_3_ctrl_c_twice(self):
        self.release_with_hook(WAITING_HOOK)
        self.kamal("deploy")
        self.terminal.see_match(r"running on localhost for 2s")
        self.servers[0].engine.docker("pause", self.servers[0].name)  # Nobody answers when the lock is to be released.
        self.addCleanup(self.servers[0].engine.docker, "unpause", self.servers[0].name)
        self.terminal.press("C-c")
        self.terminal.see_match(r"(?m)exit status")
        self.terminal.press("C-c")
        screen = self.terminal.see("status=130")
        self.assertRegex(screen, r"(?m)^kamal: aborted; the deploy lock may still be held \(run: kamal lock status\)$")
        self.assertEqual("1", self.terminal.cursor_flag())
        self.terminal.type("echo the shell $((1 + 1))")
        self.terminal.see("the shell 2")

    def test_4_ctrl_z(self):
        self.release_with_hook(SLOW_HOOK)
        self.terminal.type("set -m")
        self.terminal.type(f"{shlex.quote(str(KAMAL))} deploy")
        self.terminal.see_match(r"running on localhost for 2s")
        self.terminal.press("C-z")
        self.terminal.see_match(r"Stopped")
        self.terminal.type("echo between")
        self.terminal.see("between")
        self.terminal.type("fg; echo status=$?")
        screen = self.terminal.see("status=0", timeout=60)
        self.assertIn("\nbetween\n", screen)
        self.assertIn("Deployed hello ", screen)

    def test_5_a_prompt_for_a_passphrase(self):
        self.release_with_hook("#!/bin/sh\n")
        key = self.project.home / "encrypted"
        key.write_text(self.project.lab.key.read_text())
        key.chmod(0o600)
        run(["ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", key])
        self.project.configure({**self.configuration, "ssh": {**self.configuration["ssh"], "keys": [str(key)]}})
        self.addCleanup(self.project.configure, self.configuration)
        self.project.release("with a passphrase")
        self.kamal("deploy")
        screen = self.terminal.see_match(r"[Pp]assphrase for .*: ?$")
        self.assertEqual([], LIVE.findall(screen), screen)
        self.terminal.type("open sesame")
        self.terminal.see_match(LIVE.pattern)
        self.assertNotIn("sesame", self.assert_clean_after(0, "Deployed hello "))

    def test_6_nothing_of_it_without_a_terminal_or_in_a_quiet_run(self):
        self.release_with_hook("#!/bin/sh\nsleep 2\n")
        self.kamal("deploy", "-q")
        self.assertNotIn("running on", self.terminal.see("status=0", timeout=60))
        self.terminal.type(f"{shlex.quote(str(KAMAL))} deploy --progress live > ../out 2>&1; echo to a file: $?")
        self.terminal.see("to a file: 0", timeout=60)
        piped = self.project.kamal("redeploy", "--progress", "live")
        self.assert_success(piped)
        for output in (piped.output, (self.project.folder.parent / "out").read_text()):
            self.assertIn("Deployed hello ", output)
            self.assertNotIn("\x1b", output)
            self.assertEqual([], LIVE.findall(output))

    def test_7_other_commands_if_asked_for_and_programs_that_get_the_terminal(self):
        self.kamal("server", "exec", "sleep 3", "--progress", "live")
        self.terminal.see_match(r"(?m)^kamal server exec \| \ds \| 0 hosts done, 2 running, 0 failed$")
        self.assert_clean_after(0, "")
        self.kamal("server", "exec", "-i", "--progress", "live", "sh")
        self.terminal.see("#")
        self.terminal.type("sleep 2; echo $((6 * 7))")
        self.assertEqual([], LIVE.findall(self.terminal.see("42")))
        self.terminal.type("exit 5")
        self.assert_clean_after(5, "")
        self.kamal("status", "--watch", "--progress", "live")
        self.terminal.see_match(r"(?m)^ *HOST")
        self.terminal.press("C-c")
        self.assert_clean_after(0, "")


if __name__ == "__main__":
    support.main()
