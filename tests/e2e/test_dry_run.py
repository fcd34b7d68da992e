#!/usr/bin/env python3
"""--dry-run: the servers are asked, and nothing on them changes: no file, no container, no image."""
import support
from lab.traces import FILES, Traces
from support import must_succeed


class DryRun(support.LabTest):
    @classmethod
    def prepare(cls):
        web = cls.addresses()
        configuration = cls.project.configuration(web, workers=web[1:])
        configuration["accessories"] = {"box": {
            "image": cls.project.lab.base_image(), "host": web[1], "cmd": "sleep 100000", "env": {"clear": {"A": "b"}},
            "options": {"stop-timeout": "1"}}}
        cls.project.configure(configuration)
        cls.versions = [cls.project.release("1")]
        must_succeed(cls.project.kamal("setup"))
        cls.versions.append(cls.project.release("2"))
        must_succeed(cls.project.kamal("deploy"))
        cls.versions.append(cls.project.release("3"))

    def assert_nothing_changes(self, *arguments: str, shows: tuple[str, ...]):
        with Traces(self.servers) as traces:
            result = self.project.kamal(*arguments, "--dry-run")
        self.assert_success(result)
        self.assertIn("Dry run: nothing was changed", result.output)
        for text in shows:
            self.assertRegex(result.output, f"Would (run|upload) .*{text}.* (on|to) ")
        self.assertNotIn(self.project.lab.registry_password, result.output)
        self.assert_none(traces)

    def test_1_the_watch_sees_a_change(self):
        with Traces(self.servers) as traces:
            self.servers[0].sh("touch /root/.kamal/hello-audit.log && docker tag hello-dry:none x 2>/dev/null; "
                               "docker network create dry >/dev/null")
        self.assertNotEqual(traces.before[0], traces.after[0])
        self.assertNotEqual([], traces.events())
        self.servers[0].sh("docker network rm dry")

    def test_2_deploy(self):
        self.assert_nothing_changes("deploy", shows=("docker buildx build", "docker pull", "docker run --detach .*hello-worker",
                                                     "kamal-proxy deploy hello-web", "docker stop", "docker image prune"))

    def test_3_setup(self):
        self.assert_nothing_changes("setup", shows=("docker pull", "docker run --detach .*hello-web"))

    def test_4_rollback(self):
        self.assert_nothing_changes("rollback", self.versions[0],
                                    shows=("docker start|docker run", "kamal-proxy deploy hello-web", "docker stop"))

    def test_5_remove(self):
        self.assert_nothing_changes("remove", shows=("docker container prune", "rm -rf"))

    def test_6_accessory_reboot(self):
        self.assert_nothing_changes("accessory", "reboot", "box", shows=("docker run --name hello-box",))

    def test_7_the_deploy_afterwards_sends_what_was_shown(self):
        shown = self.project.kamal("deploy", "--dry-run")
        self.assert_success(shown)
        done = self.project.kamal("deploy", "-v")
        self.assert_success(done)
        for part in ("docker pull", "docker run --detach", "kamal-proxy deploy", "docker tag", "docker rmi"):
            would = [line for line in shown.output.splitlines() if "Would run" in line and part in line]
            did = [line for line in done.output.splitlines() if "Running" in line and part in line]
            self.assertGreater(len(would), 0, part)
            self.assertEqual(len(would), len(did), part)


class OnABareServer(support.LabTest):
    server_count = 1
    without_docker = (0,)

    @classmethod
    def prepare(cls):
        cls.project.configure(cls.project.configuration(cls.addresses()))
        cls.project.release("1")

    def test_setup_shows_that_docker_would_be_installed(self):
        listing = self.servers[0].sh(FILES).stdout
        result = self.project.kamal("setup", "--dry-run")
        self.assert_success(result)
        self.assertRegex(result.output, "Would run .*get.docker.com")
        self.assertRegex(result.output, "Would run docker run --detach .*hello-web")
        self.assertEqual(listing.splitlines(), self.servers[0].sh(FILES).stdout.splitlines())


if __name__ == "__main__":
    support.main()
