#!/usr/bin/env python3
"""--dry-run: the servers are asked, and nothing on them changes: no file, no container, no image."""

import support
from support import must_succeed

# Besides what Docker and sshd write by themselves.
FILES = ("find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /run -o -path /var/run -o -path /var/log "
         "-o -path /var/lib/docker -o -path /var/lib/containerd \\) -prune -o -printf '%p %y %m %s %T@\\n' | sort")
DOCKER = ("docker ps --all --no-trunc --format '{{.ID}} {{.Names}} {{.Status}}' | sed 's/ (\\?Up .*//; s/ Exited (\\([0-9]*\\)).*/ \\1/'; "
          "docker image ls --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}' | sort; "
          "docker network ls --format '{{.Name}}' | sort; docker volume ls --format '{{.Name}}' | sort")
# `docker exec` of a question has events of its own.
QUIET_EVENTS = ("exec_create", "exec_start", "exec_die")


class Watch:
    """What is on the servers before and after, and Docker's events in between."""

    def __init__(self, servers):
        self.servers = servers

    def __enter__(self):
        self.before = [self.state(server) for server in self.servers]
        self.since = [server.sh("date +%s.%N").stdout.strip() for server in self.servers]
        return self

    def __exit__(self, *_):
        self.after = [self.state(server) for server in self.servers]

    @staticmethod
    def state(server) -> str:
        return server.sh(f"{FILES}; {DOCKER}").stdout

    def events(self) -> list[str]:
        found = []
        for server, since in zip(self.servers, self.since):
            until = server.sh("date +%s.%N").stdout.strip()
            lines = server.docker("events", "--since", since, "--until", until,
                                  "--format", "{{.Type}} {{.Action}} {{.Actor.Attributes.name}}").stdout.splitlines()
            found += [f"{server.name}: {line}" for line in lines if line.split()[1].rstrip(":") not in QUIET_EVENTS]
        return found


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
        with Watch(self.servers) as watch:
            result = self.project.kamal(*arguments, "--dry-run")
        self.assert_success(result)
        self.assertIn("Dry run: nothing was changed", result.output)
        for text in shows:
            self.assertRegex(result.output, f"Would (run|upload) .*{text}.* (on|to) ")
        self.assertNotIn(self.project.lab.registry_password, result.output)
        for before, after in zip(watch.before, watch.after):
            self.assertGreater(len(before.splitlines()), 1000, "the listing of the server is short")
            self.assertEqual(before.splitlines(), after.splitlines())
        self.assertEqual([], watch.events())

    def test_1_the_watch_sees_a_change(self):
        with Watch(self.servers) as watch:
            self.servers[0].sh("touch /root/.kamal/hello-audit.log && docker tag hello-dry:none x 2>/dev/null; "
                               "docker network create dry >/dev/null")
        self.assertNotEqual(watch.before[0], watch.after[0])
        self.assertNotEqual([], watch.events())
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
