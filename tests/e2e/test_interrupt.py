#!/usr/bin/env python3
"""A deploy that is interrupted leaves no lock, and the old version serves."""
import contextlib
import signal
import time

import support
from lab.process import wait_until
from support import must_succeed

# Not healthy for so long that the deploy is surely interrupted before.
SLOW = """#!/bin/sh
trap exit TERM INT
sleep 60 &
wait $!
"""
WAITING_HOOK = """#!/bin/sh
touch hook-runs
trap 'exit 1' INT TERM
for second in $(seq 60); do sleep 1; done
"""


class Interrupt(support.LabTest):
    @classmethod
    def prepare(cls):
        web = cls.addresses()
        configuration = cls.project.configuration(web, workers=web[1:])
        configuration["deploy_timeout"] = 50
        cls.project.configure(configuration)
        cls.serve = (cls.project.folder / "serve").read_text()
        cls.hook = (cls.project.folder / ".kamal/hooks/pre-deploy").read_text()
        cls.project.write(".gitignore", "hook-runs\n")
        cls.version = cls.project.release("1")
        must_succeed(cls.project.kamal("setup"))

    def setUp(self):
        self.project.write("serve", self.serve, mode=0o755)
        self.project.write(".kamal/hooks/pre-deploy", self.hook, mode=0o755)
        (self.project.folder / "hook-runs").unlink(missing_ok=True)

        for server in self.servers:
            server.sh("rm -rf /root/.kamal/lock*")  # One failure is not to make the next ones.

    @contextlib.contextmanager
    def frozen(self, server):
        server.engine.docker("pause", server.name)
        try:
            yield
        finally:
            server.engine.docker("unpause", server.name)

    def start_slow_deploy(self):
        """A deploy that holds the lock and waits for containers that do not become healthy."""
        self.project.write("serve", SLOW, mode=0o755)
        version = self.project.release(f"2 of {self.id()}")
        run = self.project.start("deploy")
        wait_until("the new containers run", lambda: not run.running() or all(
            f"hello-web-{version}" in server.containers() for server in self.servers), timeout=60)
        time.sleep(1)  # Now kamal-proxy waits for them.
        return run

    def start_deploy_with_hook(self, hook: str):
        self.project.write(".kamal/hooks/pre-deploy", hook, mode=0o755)
        self.project.release(f"2 of {self.id()}")
        run = self.project.start("deploy")
        wait_until("the hook runs", lambda: not run.running() or (self.project.folder / "hook-runs").exists(), timeout=60)
        self.assertTrue(self.servers[0].exists("/root/.kamal/lock-hello"), "the deploy holds the lock")
        return run

    def assert_interrupted(self, run, status: int):
        start = time.monotonic()
        result = run.wait(45)
        print(f"ended {time.monotonic() - start:.1f} s after the signal", flush=True)
        self.assertEqual(status, result.status, result)
        self.assert_no_lock()
        self.assert_all_serve("1")

    def test_1_ctrl_c_while_containers_start(self):
        run = self.start_slow_deploy()
        with self.load(threads=1) as load:
            run.send_to_all(signal.SIGINT)
            self.assert_interrupted(run, 130)
        self.assert_none_lost(load)

    def test_2_a_signal_to_kamal_alone_while_containers_start(self):
        run = self.start_slow_deploy()
        run.send(signal.SIGTERM)
        self.assert_interrupted(run, 143)

    def test_3_ctrl_c_in_a_hook(self):
        run = self.start_deploy_with_hook(WAITING_HOOK)
        run.send_to_all(signal.SIGINT)
        self.assert_interrupted(run, 130)

    def test_4_a_lost_terminal_in_a_hook(self):
        run = self.start_deploy_with_hook(WAITING_HOOK)
        run.send(signal.SIGHUP)
        self.assert_interrupted(run, 129)

    def test_5_a_second_signal_ends_kamal_at_once_and_it_says_what_is_left(self):
        run = self.start_deploy_with_hook(WAITING_HOOK)
        with self.frozen(self.servers[0]):  # Nobody answers when the lock is to be released.
            run.send(signal.SIGINT)
            time.sleep(1)
            self.assertTrue(run.running(), "after the first signal kamal tries to release its lock")
            run.send(signal.SIGINT)
            result = run.wait(3)
        self.assertEqual(130, result.status, result)
        self.assertIn("lock", result.output)
        self.assert_success(self.project.kamal("lock", "release"))
        self.assert_no_lock()

    def test_6_the_next_deploy_works(self):
        self.project.release("3")
        self.assert_success(self.project.kamal("deploy"))
        self.assert_all_serve("3")
        self.assert_no_lock()


if __name__ == "__main__":
    support.main()
