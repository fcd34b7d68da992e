"""What a run has changed on servers, if anything."""
from __future__ import annotations

from .server import Server

# Besides what Docker and sshd write by themselves.
FILES = ("find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /run -o -path /var/run -o -path /var/log "
         "-o -path /var/lib/docker -o -path /var/lib/containerd \\) -prune -o -printf '%p %y %m %s %T@\\n' | sort")
DOCKER = ("docker ps --all --no-trunc --format '{{.ID}} {{.Names}} {{.Status}}' | sed 's/ (\\?Up .*//; s/ Exited (\\([0-9]*\\)).*/ \\1/'; "
          "docker image ls --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}' | sort; "
          "docker network ls --format '{{.Name}}' | sort; docker volume ls --format '{{.Name}}' | sort")
# `docker exec` of a question has events of its own.
QUIET_EVENTS = ("exec_create", "exec_start", "exec_die")


class Traces:
    """with Traces(servers) as traces: ...   Files, containers and images before and after, and Docker's events in between."""

    def __init__(self, servers: list[Server]):
        self.servers = servers

    def __enter__(self):
        self.before = [self.state(server) for server in self.servers]
        self.since = [server.sh("date +%s.%N").stdout.strip() for server in self.servers]
        return self

    def __exit__(self, *_):
        self.after = [self.state(server) for server in self.servers]

    @staticmethod
    def state(server: Server) -> str:
        return server.sh(f"{FILES}; {DOCKER}").stdout

    def events(self) -> list[str]:
        found = []
        for server, since in zip(self.servers, self.since):
            until = server.sh("date +%s.%N").stdout.strip()
            lines = server.docker("events", "--since", since, "--until", until,
                                  "--format", "{{.Type}} {{.Action}} {{.Actor.Attributes.name}}").stdout.splitlines()
            found += [f"{server.name}: {line}" for line in lines if line.split()[1].rstrip(":") not in QUIET_EVENTS]
        return found
