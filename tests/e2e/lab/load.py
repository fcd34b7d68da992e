"""A load generator that counts: requests sent, answered, failed, and the versions that answered."""
from __future__ import annotations

import collections
import dataclasses
import http.client
import ipaddress
import re
import threading
import time

VERSION = re.compile(r"version ([\w.-]+)")


@dataclasses.dataclass
class Count:
    """What one server did with its requests."""
    sent: int = 0
    answered: int = 0
    failures: list[str] = dataclasses.field(default_factory=list)
    versions: collections.Counter = dataclasses.field(default_factory=collections.Counter)

    def add(self, other: Count):
        self.sent += other.sent
        self.answered += other.answered
        self.failures += other.failures
        self.versions += other.versions

    def __str__(self):
        versions = ", ".join(f"{number} by version {name}" for name, number in sorted(self.versions.items()))
        return f"{self.sent} requests sent, {self.answered} answered ({versions or 'none'}), {len(self.failures)} failed"


class Load:
    """Requests to every (address, port), each on a connection of its own, until stop() or a limit is reached."""

    def __init__(self, targets: list[tuple[str, int]], *, path="/", threads=3, pause=0.005, seconds=240.0,
                 requests=100_000, timeout=15.0):
        for address, _ in targets:
            if ipaddress.ip_address(address) not in ipaddress.ip_network("127.0.0.0/8"):
                raise ValueError(f"{address} is not on this machine: load goes to 127.0.0.0/8 only")
        self.counts = {address: Count() for address, _ in targets}
        self._path, self._pause, self._timeout = path, pause, timeout
        self._requests = requests
        self._end = time.monotonic() + seconds
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._send, args=target, daemon=True)
                         for target in targets for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._stopped.set()
        for thread in self._threads:
            thread.join(self._timeout + 5)

    def __enter__(self) -> Load:
        return self

    def __exit__(self, *_):
        self.stop()

    def total(self) -> Count:
        total = Count()
        with self._lock:
            for count in self.counts.values():
                total.add(count)
        return total

    def _send(self, address: str, port: int):
        while not self._stopped.is_set() and time.monotonic() < self._end and self.total().sent < self._requests:
            outcome = Count(sent=1)
            try:
                outcome.versions[self._request(address, port)] += 1
                outcome.answered = 1
            except (OSError, http.client.HTTPException, ValueError) as error:
                outcome.failures.append(f"{time.strftime('%H:%M:%S')} {address}: {type(error).__name__} {error}")
            with self._lock:
                self.counts[address].add(outcome)
            self._stopped.wait(self._pause)

    def _request(self, address: str, port: int) -> str:
        connection = http.client.HTTPConnection(address, port, timeout=self._timeout)
        try:
            connection.request("GET", self._path, headers={"Connection": "close"})
            answer = connection.getresponse()
            body = answer.read().decode(errors="replace")
        finally:
            connection.close()
        found = VERSION.search(body)
        if answer.status != 200 or found is None:
            raise ValueError(f"status {answer.status}: {body[:200]!r}")
        return found[1]
