"""A server: a container with its own sshd and Docker Engine."""
from __future__ import annotations

import http.client
import json

from . import images, settings
from .engine import Engine
from .process import run, wait_until

CAPABILITIES = ("SYS_ADMIN NET_ADMIN SYS_CHROOT SYS_PTRACE NET_RAW MKNOD SETFCAP DAC_READ_SEARCH SYS_NICE").split()

# What https://get.docker.com is on the server that starts without Docker: it puts back what was taken away.
INSTALL_DOCKER = """#!/bin/sh
set -e
echo "laboratory: installing Docker"
mv /opt/taken-away/docker /usr/bin/docker
setsid dockerd >/var/log/dockerd.log 2>&1 </dev/null &
for try in $(seq 100); do
  if docker version >/dev/null 2>&1; then exec docker load --quiet --input /laboratory/kamal-proxy.tar; fi
  sleep 0.2
done
exit 1
"""
STAND_IN_CURL = """#!/bin/sh
case "$*" in
  *get.docker.com*) exec cat /opt/taken-away/install.sh ;;
  *) exec /usr/bin/curl "$@" ;;
esac
"""


class Server:
    """Reached by SSH at address:SSH_PORT as root, its port 80 at address:HTTP_PORT; both only from this machine."""

    def __init__(self, engine: Engine, index: int, registry: str):
        self.engine = engine
        self.name = f"server{index + 1}"
        self.address = settings.SERVER_ADDRESS.format(settings.FIRST_SERVER + index)
        self._run_container()
        configuration = {"insecure-registries": [registry], "cgroup-parent": settings.CGROUP,
                         "exec-opts": ["native.cgroupdriver=cgroupfs"]}
        self.sh("mkdir -p -m 700 /root/.ssh && cp /laboratory/authorized_keys /root/.ssh/ && mkdir -p /etc/docker && "
                "cat > /etc/docker/daemon.json", input=json.dumps(configuration))

    def _run_container(self):
        options = [f"--cap-add={capability}" for capability in CAPABILITIES]
        options += [f"--security-opt={name}=unconfined" for name in ("seccomp", "apparmor", "systempaths")]
        self.engine.docker(
            "run", "--detach", "--name", self.name, "--hostname", self.name, "--cgroupns=host", *options,
            "--device-cgroup-rule", "a *:* rwm", "--volume", "/sys/fs/cgroup:/sys/fs/cgroup", "--volume", "/var/lib/docker",
            "--volume", f"{self.engine.state / 'share'}:/laboratory:ro",
            "--publish", f"{self.address}:{settings.SSH_PORT}:22", "--publish", f"{self.address}:{settings.HTTP_PORT}:80",
            images.SERVER)

    def start_docker(self):
        self.sh("exec setsid dockerd >/var/log/dockerd.log 2>&1 </dev/null &")
        wait_until(f"dockerd of {self.name} answers",
                   lambda: self.docker("version", check=False, timeout=20).returncode == 0, timeout=60)
        self.docker("load", "--quiet", "--input", "/laboratory/kamal-proxy.tar")

    def take_docker_away(self):
        """A server on which nobody has installed Docker yet."""
        self.sh("mkdir /opt/taken-away && mv /usr/bin/docker /opt/taken-away/")
        self.write("/opt/taken-away/install.sh", INSTALL_DOCKER)
        self.write("/usr/local/bin/curl", STAND_IN_CURL, mode="755")

    def sh(self, script: str, *, input="", **options):
        """Runs a shell script on the server, past SSH."""
        return self.engine.docker("exec", "--interactive", self.name, "sh", "-c", script, input=input, **options)

    def docker(self, *arguments: str, **options):
        """Runs docker on the server, past SSH."""
        return self.engine.docker("exec", self.name, "docker", *arguments, **options)

    def write(self, path: str, text: str, mode="644"):
        self.sh(f"cat > {path} && chmod {mode} {path}", input=text)

    def containers(self, *filters: str, all=False) -> list[str]:
        """The names of the containers that run (or exist), e.g. containers("label=service=hello")."""
        options = ["--all"] if all else []
        for text in filters:
            options += ["--filter", text]
        return sorted(self.docker("ps", *options, "--format", "{{.Names}}").stdout.split())

    def exists(self, path: str) -> bool:
        return self.sh(f"test -e {path}", check=False).returncode == 0

    def get(self, path="/", timeout=10.0) -> tuple[int, str]:
        """What the server answers a browser: status and body."""
        connection = http.client.HTTPConnection(self.address, settings.HTTP_PORT, timeout=timeout)
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()

    def wait_for_ssh(self, key):
        """An account that can log in, as a bought server has it."""
        command = ["ssh", "-F", "none", "-i", key, "-p", settings.SSH_PORT, "-o", "BatchMode=yes", "-o", "ConnectTimeout=5",
                   "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", f"root@{self.address}", "true"]
        wait_until(f"sshd of {self.name} answers", lambda: run(command, check=False, timeout=20).returncode == 0, timeout=30)

    def remove(self):
        self.engine.docker("rm", "--force", "--volumes", self.name, timeout=120, check=False)
