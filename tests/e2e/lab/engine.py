"""The Docker Engine of the deploying machine, and of nobody else."""
from __future__ import annotations

import glob
import os
import pathlib
import shutil

from . import settings
from .process import Daemon, LabError, run, stop_left_over, wait_until


class Engine:
    """A dockerd with its own socket, folders and bridge. Its images stay in the cache folder for the next start."""

    def __init__(self, state: pathlib.Path, gateway: str, registry: str):
        self.state = state
        self.socket = state / "docker.sock"
        self.config = state / "docker-config"
        self.config.mkdir()
        self.daemon = Daemon([
            "dockerd", "--host", f"unix://{self.socket}", "--data-root", settings.CACHE / "engine",
            "--exec-root", state / "exec", "--pidfile", state / "dockerd.inner.pid",
            "--bridge", settings.BRIDGE, "--iptables=false", "--ip6tables=false", "--ip-forward=false",
            "--ip-masq=false", "--insecure-registry", f"http://{registry}", "--cgroup-parent", settings.CGROUP,
            "--exec-opt", "native.cgroupdriver=cgroupfs",
        ], state / "dockerd.log", state / "dockerd.pid")
        self.environment = {"DOCKER_HOST": f"unix://{self.socket}", "DOCKER_CONFIG": str(self.config)}
        wait_until("the laboratory's dockerd answers", self._answers, timeout=60)
        self._remove_containers()

    def docker(self, *arguments, **options):
        return run(["docker", *arguments], env={**os.environ, **self.environment}, **options)

    def _answers(self) -> bool:
        if not self.daemon.running():
            raise LabError(f"dockerd ended:\n{self.daemon.last_lines()}")
        return self.docker("version", check=False, timeout=20).returncode == 0

    def has_image(self, name: str) -> bool:
        return self.docker("image", "inspect", name, check=False).returncode == 0

    def _remove_containers(self):
        containers = self.docker("ps", "--all", "--quiet").stdout.split()
        if containers:
            self.docker("rm", "--force", "--volumes", *containers, timeout=120, check=False)

    def _remove_what_tests_built(self):
        """Keeps the laboratory's own images, which are slow to make, and nothing else."""
        images = self.docker("images", "--format", "{{.Repository}}:{{.Tag}}").stdout.split()
        built = [image for image in images if not image.startswith((settings.NAME, "basecamp/kamal-proxy"))]
        if built:
            self.docker("rmi", "--force", *built, check=False)
        self.docker("image", "prune", "--force", check=False)
        self.docker("builder", "prune", "--force", "--all", check=False)
        self.docker("volume", "prune", "--force", check=False)

    def stop(self):
        try:
            if self.daemon.running():
                self._remove_containers()
                self._remove_what_tests_built()
        finally:
            self.daemon.stop()
            clean_up(self.state)


def clean_up(state: pathlib.Path):
    """Removes what an Engine leaves behind it, also one that was killed: processes, mounts, control groups, files."""
    stop_left_over(state / "dockerd.pid", str(state))
    stop_left_over(state / "exec" / "containerd" / "containerd.pid", "containerd")
    mounts = [line.split()[1] for line in pathlib.Path("/proc/mounts").read_text().splitlines()]
    for mount in reversed([m for m in mounts if m.startswith((f"{state}/", f"{settings.CACHE}/engine/"))]):
        run(["umount", "--lazy", mount], check=False)
    for root in glob.glob(f"/sys/fs/cgroup{settings.CGROUP}") + glob.glob(f"/sys/fs/cgroup/*{settings.CGROUP}"):
        for folder, _, _ in os.walk(root, topdown=False):
            try:
                os.rmdir(folder)
            except OSError:
                pass  # A process in it still ends; the next start tries again.
    shutil.rmtree(state / "exec", ignore_errors=True)
