"""The images: a server, kamal-proxy, and a small base for the apps that the tests deploy."""
from __future__ import annotations

import io
import json
import pathlib
import re
import shutil
import tarfile
import tempfile

from . import debian, settings, tools
from .engine import Engine
from .process import run

SERVER = f"{settings.NAME}/server:1"
BASE = f"{settings.NAME}/base:1"
LOCAL_REGISTRY = f"{settings.NAME}/registry:1"
KAMAL_PROXY = f"basecamp/kamal-proxy:{settings.KAMAL_PROXY}"
SERVER_PACKAGES = "openssh-server,docker.io,iptables,curl,ca-certificates,procps,iproute2"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def make_server(engine: Engine):
    """Debian with sshd and a Docker Engine, neither of which runs by itself: the harness starts both."""
    if engine.has_image(SERVER):
        return
    with tempfile.TemporaryDirectory(dir=settings.CACHE) as folder:
        tarball = pathlib.Path(folder) / "server.tar"
        excluded = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "locale", "info")]
        run(["mmdebstrap", "--variant=minbase", f"--include={SERVER_PACKAGES}", *excluded, settings.SUITE, tarball],
            timeout=900)
        start = 'CMD ["sh", "-c", "mkdir -p /run/sshd && exec /usr/sbin/sshd -D -e"]'
        engine.docker("import", "--change", start, tarball, SERVER, timeout=300)


def make_kamal_proxy(engine: Engine):
    """The real image where it can be pulled, else the real program in an image that runs it the same way."""
    if engine.has_image(KAMAL_PROXY) or engine.docker("pull", KAMAL_PROXY, timeout=180, check=False).returncode == 0:
        return
    program = tools.go_program("github.com/basecamp/kamal-proxy", settings.KAMAL_PROXY, "cmd/kamal-proxy")
    files = Tarball()
    files.add_file("usr/local/bin/kamal-proxy", program.read_bytes(), 0o755)
    files.add_file("etc/passwd", b"root:x:0:0::/root:\nkamal-proxy:x:1000:1000::/home/kamal-proxy:\n")
    files.add_file("etc/group", b"root:x:0:\nkamal-proxy:x:1000:\n")
    files.add_folder("tmp", mode=0o1777)
    for folder in ("home/kamal-proxy", "home/kamal-proxy/.config", "home/kamal-proxy/.config/kamal-proxy"):
        files.add_folder(folder, owner=1000)
    _import(engine, files, KAMAL_PROXY, f"ENV PATH={PATH}", "ENV HOME=/home/kamal-proxy", "USER kamal-proxy:kamal-proxy",
            "EXPOSE 80 443", "LABEL org.opencontainers.image.title=kamal-proxy", 'CMD ["kamal-proxy", "run"]')


def make_base(engine: Engine):
    """What an app needs of an operating system: busybox."""
    if engine.has_image(BASE):
        return
    busybox = debian.unpacked("busybox-static", "busybox")
    files = Tarball()
    files.add_file("bin/busybox", busybox.read_bytes(), 0o755)
    for applet in run([busybox, "--list"]).stdout.split():
        if applet != "busybox":
            files.add_link(f"bin/{applet}", "busybox")
    files.add_file("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n")
    files.add_file("etc/group", b"root:x:0:\n")
    files.add_folder("root", mode=0o700)
    files.add_folder("tmp", mode=0o1777)
    _import(engine, files, BASE, f"ENV PATH={PATH}", 'CMD ["sh"]')


def make_local_registry(engine: Engine):
    """What `kamal` starts for a local registry: the real image where it can be pulled, else Debian's build of it."""
    if engine.has_image(LOCAL_REGISTRY):
        return
    if engine.docker("pull", "registry:3", timeout=180, check=False).returncode == 0:
        engine.docker("tag", "registry:3", LOCAL_REGISTRY)
        return
    program = shutil.which("docker-registry") or debian.unpacked("docker-registry", "docker-registry")
    configuration = {"version": "0.1", "storage": {"filesystem": {"rootdirectory": "/var/lib/registry"}},
                     "http": {"addr": ":5000"}}
    files = Tarball()
    files.add_file("bin/registry", pathlib.Path(program).read_bytes(), 0o755)
    files.add_file("etc/config.json", json.dumps(configuration).encode())  # JSON is YAML.
    for library in re.findall(r"(?:=> )?(/\S+) \(0x", run(["ldd", program], check=False).stdout):
        files.add_file(library.lstrip("/"), pathlib.Path(library).read_bytes(), 0o755)
    files.add_folder("tmp", mode=0o1777)
    _import(engine, files, LOCAL_REGISTRY, "EXPOSE 5000", 'CMD ["/bin/registry", "serve", "/etc/config.json"]')


def _import(engine: Engine, files: Tarball, name: str, *changes: str):
    options = [word for change in changes for word in ("--change", change)]
    engine.docker("import", *options, "-", name, input=files.bytes(), timeout=120)


class Tarball:
    """A root file system in memory."""

    def __init__(self):
        self._buffer = io.BytesIO()
        self._tar = tarfile.open(fileobj=self._buffer, mode="w")

    def add_file(self, name: str, content: bytes, mode=0o644):
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), mode
        self._tar.addfile(info, io.BytesIO(content))

    def add_folder(self, name: str, mode=0o755, owner=0):
        info = tarfile.TarInfo(name)
        info.type, info.mode, info.uid, info.gid = tarfile.DIRTYPE, mode, owner, owner
        self._tar.addfile(info)

    def add_link(self, name: str, target: str):
        info = tarfile.TarInfo(name)
        info.type, info.linkname = tarfile.SYMTYPE, target
        self._tar.addfile(info)

    def bytes(self) -> bytes:
        self._tar.close()
        return self._buffer.getvalue()
