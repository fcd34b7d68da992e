"""Programs out of Debian packages that are not installed: some would start a service or replace a program of the machine."""
from __future__ import annotations

import pathlib

from . import settings
from .process import Unavailable, run


def unpacked(package: str, program: str) -> pathlib.Path:
    """A program of a package that is fetched with apt and unpacked in the cache folder."""
    folder = settings.CACHE / "debian" / package
    places = [folder / directory / program for directory in ("usr/bin", "bin")]
    if not any(place.exists() for place in places):
        folder.mkdir(parents=True, exist_ok=True)
        fetched = run(["apt-get", "download", package], cwd=folder, timeout=180, check=False)
        for archive in folder.glob(f"{package}_*.deb"):
            run(["dpkg-deb", "--extract", archive, folder])
        if not any(place.exists() for place in places):
            raise Unavailable(f"apt-get download {package} (try apt-get update first): {fetched.stderr}")
    return next(place for place in places if place.exists())
