"""The whole laboratory: made with start(), gone with stop(), whatever happened in between."""
from __future__ import annotations

import atexit
import concurrent.futures
import fcntl
import os
import pathlib
import secrets
import shutil
import signal
import sys
import time

from . import images, settings, tools
from .engine import Engine, clean_up
from .network import Bridge
from .process import LabError, Unavailable, run, stop_left_over
from .registry import Registry
from .server import Server

NEEDED = {"dockerd": "docker.io", "docker": "docker.io", "mmdebstrap": "mmdebstrap",
          "ip": "iproute2", "ssh": "openssh-client", "ssh-keygen": "openssh-client", "git": "git"}


class Laboratory:
    """One at a time on a machine; a second one waits for the first to end."""

    def __init__(self, registry_password: str | None = None):
        self.registry_password = registry_password or secrets.token_urlsafe(12)
        self.servers: list[Server] = []
        self.engine: Engine | None = None
        self.registry: Registry | None = None
        self._lock = None

    # -- life ---------------------------------------------------------------------------------------------------------
    def start(self) -> Laboratory:
        _check_machine()
        self._take_lock()
        atexit.register(self.stop)
        # unittest passes on KeyboardInterrupt alone, and then the clean-up at exit runs.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.signal(signal.SIGHUP, signal.default_int_handler)
        _remove_left_overs()
        self.state.mkdir(mode=0o700)
        settings.CACHE.mkdir(parents=True, exist_ok=True)
        bridge = Bridge()
        self._make_key()
        self.registry = Registry(self.state, bridge.gateway, "deployer", self.registry_password)
        self.engine = Engine(self.state, bridge.gateway, self.registry.address)
        self._make_images()
        return self

    def stop(self):
        """Ends and removes everything. May be called twice, and after a start() that failed half-way."""
        if self._lock is None:
            return
        handlers = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            if self.engine:
                self.engine.stop()
            if self.registry:
                self.registry.stop()
            _remove_left_overs()
        finally:
            self._lock.close()
            self._lock = None
            for number, handler in handlers.items():
                signal.signal(number, handler)

    # -- what tests use -----------------------------------------------------------------------------------------------
    @property
    def state(self) -> pathlib.Path:
        return settings.STATE

    @property
    def key(self) -> pathlib.Path:
        """The private key that logs in to every server."""
        return self.state / "id_ed25519"

    def base_image(self) -> str:
        return f"{self.registry.address}/base:1"

    def push(self, image: str, name: str):
        """Puts an image of the Engine into the registry, for the servers to pull. Nobody stays logged in."""
        self.engine.docker("login", "--username", self.registry.username, "--password-stdin", self.registry.address,
                           input=self.registry_password)
        self.engine.docker("tag", image, name)
        self.engine.docker("push", name)
        self.engine.docker("rmi", name)  # So that a build needs the deployer's own log-in.
        self.engine.docker("logout", self.registry.address)

    def add_servers(self, count: int, *, without_docker=()) -> list[Server]:
        """New servers; those whose index is in `without_docker` are bare."""
        first = len(self.servers)

        def add(index: int) -> Server:
            server = Server(self.engine, index, self.registry.address)
            if index - first in without_docker:
                server.take_docker_away()
            else:
                server.start_docker()
            server.wait_for_ssh(self.key)
            return server

        with concurrent.futures.ThreadPoolExecutor() as pool:
            added = list(pool.map(add, range(first, first + count)))
        self.servers += added
        return added

    def remove_servers(self):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(Server.remove, self.servers))
        self.servers = []

    # -- parts --------------------------------------------------------------------------------------------------------
    def _take_lock(self):
        lock = open(settings.LOCK, "w")
        end = time.monotonic() + settings.LOCK_TIMEOUT
        told = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._lock = lock
                return
            except OSError:
                if time.monotonic() > end:
                    raise LabError(f"another laboratory holds {settings.LOCK}") from None
                if not told:
                    print(f"waiting for another laboratory ({settings.LOCK}) ...", file=sys.stderr, flush=True)
                    told = True
                time.sleep(1)

    def _make_key(self):
        share = self.state / "share"
        share.mkdir()
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "laboratory", "-f", self.key])
        shutil.copy(f"{self.key}.pub", share / "authorized_keys")

    def _make_images(self):
        images.make_server(self.engine)
        images.make_kamal_proxy(self.engine)
        images.make_base(self.engine)
        tools.install_buildx(self.engine)
        self.engine.docker("save", "--output", self.state / "share" / "kamal-proxy.tar", images.KAMAL_PROXY)
        self.push(images.BASE, self.base_image())


def _check_machine():
    if os.geteuid() != 0:
        raise Unavailable("the laboratory needs root (containers, a bridge)")
    missing = sorted({package for program, package in NEEDED.items() if shutil.which(program) is None})
    if missing:
        raise Unavailable(f"not installed: {' '.join(missing)}")


def _remove_left_overs():
    stop_left_over(settings.STATE / "registry.pid", str(settings.STATE))
    clean_up(settings.STATE)
    Bridge.remove()
    shutil.rmtree(settings.STATE, ignore_errors=True)
