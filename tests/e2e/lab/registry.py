"""The registry that the deploying machine pushes to and the servers pull from. It wants a password."""
from __future__ import annotations

import base64
import ctypes
import ctypes.util
import json
import os
import pathlib
import shutil
import urllib.error
import urllib.request

from . import debian, settings
from .process import Daemon, LabError, wait_until


def bcrypt(password: str) -> str:
    """The one hash that docker-registry accepts, from the C library's own crypt()."""
    library = ctypes.CDLL(ctypes.util.find_library("crypt") or "libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    salt = base64.b64encode(os.urandom(24), altchars=b"./").decode()[:21] + "u"
    return library.crypt(password.encode(), f"$2b$05${salt}".encode()).decode()


class Registry:
    """docker-registry on the bridge's address, with its images in the state folder."""

    def __init__(self, state: pathlib.Path, gateway: str, username: str, password: str):
        self.address = f"{gateway}:{settings.REGISTRY_PORT}"
        self.username = username
        self.password = password
        folder = state / "registry"
        folder.mkdir()
        (folder / "htpasswd").write_text(f"{username}:{bcrypt(password)}\n")
        configuration = {
            "version": "0.1",
            "log": {"level": "warn"},
            "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
            "http": {"addr": self.address},
            "auth": {"htpasswd": {"realm": "laboratory", "path": str(folder / "htpasswd")}},
        }
        (folder / "config.yml").write_text(json.dumps(configuration))  # JSON is YAML.
        program = shutil.which("docker-registry") or debian.unpacked("docker-registry", "docker-registry")
        self.daemon = Daemon([program, "serve", folder / "config.yml"], folder / "log", state / "registry.pid")
        wait_until("the registry answers", self._answers, timeout=20)

    def _answers(self) -> bool:
        if not self.daemon.running():
            raise LabError(f"docker-registry ended:\n{self.daemon.last_lines()}")
        try:
            return self.tags("nothing") is not None
        except OSError:
            return False

    def tags(self, repository: str) -> list[str]:
        """The tags of a repository; none when there is no such repository."""
        request = urllib.request.Request(f"http://{self.address}/v2/{repository}/tags/list")
        credentials = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {credentials}")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=10) as answer:
                return json.load(answer)["tags"] or []
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return []
            raise LabError(f"the registry refuses its own user: {error}") from error

    def stop(self):
        self.daemon.stop()
