"""The laboratory's bridge: the deploying machine is its gateway, the servers are behind it."""
from __future__ import annotations

import ipaddress
import json

from . import settings
from .process import LabError, run


class Bridge:
    """A bridge of our own: the laboratory's Engine needs neither docker0 nor a single iptables rule of the machine."""

    def __init__(self):
        self.remove()
        network = self._free_subnet()
        self.gateway = str(network[1])
        run(["ip", "link", "add", settings.BRIDGE, "type", "bridge"])
        run(["ip", "address", "add", f"{self.gateway}/{network.prefixlen}", "dev", settings.BRIDGE])
        run(["ip", "link", "set", settings.BRIDGE, "up"])

    @staticmethod
    def _free_subnet() -> ipaddress.IPv4Network:
        routes = json.loads(run(["ip", "-json", "-4", "route"]).stdout or "[]")
        taken = [ipaddress.ip_network(route["dst"]) for route in routes if route["dst"] != "default"]
        for text in settings.SUBNETS:
            subnet = ipaddress.ip_network(text)
            if not any(subnet.overlaps(other) for other in taken):
                return subnet
        raise LabError(f"the machine has routes into each of {', '.join(settings.SUBNETS)}")

    @staticmethod
    def remove():
        run(["ip", "link", "delete", settings.BRIDGE], check=False)
