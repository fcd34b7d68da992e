"""A laboratory for end-to-end tests: servers that are containers with their own sshd and Docker Engine.

Nothing here touches a Docker Engine of the machine: the laboratory starts its own, on private sockets, folders and
a private bridge, and ends every process that it started. All published ports are on 127.0.0.0/8.
"""
from .laboratory import Laboratory
from .process import LabError, Unavailable

__all__ = ["Laboratory", "LabError", "Unavailable"]
