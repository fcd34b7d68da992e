"""Names, addresses and limits of the laboratory."""
import os
import pathlib
import platform
import tempfile

NAME = "kamal-e2e"
STATE = pathlib.Path(tempfile.gettempdir()) / NAME
LOCK = pathlib.Path(tempfile.gettempdir()) / f"{NAME}.lock"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / NAME

# A server is reached at 127.77.0.11, .12 ...: one address each, so that all of them have the same ports.
SERVER_ADDRESS = "127.77.0.{}"
FIRST_SERVER = 11
SSH_PORT = 2277
HTTP_PORT = 8077

BRIDGE = "kamal-e2e0"
SUBNETS = ["172.31.77.0/24", "10.213.77.0/24", "192.168.213.0/24"]  # The first one that the machine has no route to.
REGISTRY_PORT = 5077
LOCAL_REGISTRY_PORT = 5078
CGROUP = f"/{NAME}"

SUITE = "bookworm"
KAMAL_PROXY = "v0.9.2"
BUILDX = "0.12.1"
ARCH = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())

LOCK_TIMEOUT = 1200.0  # Seconds to wait for another laboratory on this machine to end.
