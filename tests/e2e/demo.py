#!/usr/bin/env python3
"""A first deploy and a second one under load, to a disposable server. `examples/try` starts it."""
import subprocess
import sys

from lab import Laboratory, LabError, settings
from lab.load import Load
from lab.project import KAMAL, Project, to_yaml


def tell(text: str):
    print(f"\n==> {text}", flush=True)


def kamal(project: Project, *arguments: str):
    tell(f"kamal {' '.join(arguments)}")
    result = subprocess.run([KAMAL, *arguments], cwd=project.folder, env=project.environment, stdin=subprocess.DEVNULL,
                            timeout=600, check=False)
    if result.returncode != 0:
        raise LabError(f"kamal {' '.join(arguments)}: exit status {result.returncode}")


def demonstrate(lab: Laboratory) -> bool:
    tell("Starting a disposable server (the first time, building its image takes a few minutes)")
    lab.start()
    [server] = lab.add_servers(1, without_docker=(0,))
    project = Project(lab)
    tell(f"config/deploy.lab.yml has its address; config/deploy.yml is from {project.example}")
    servers = {"web": {"hosts": [server.address]}, "worker": {"hosts": [server.address]}}
    project.configure({"image": "hello", "servers": servers, **project.place()}, destination="lab")
    print(to_yaml(project.place()))
    project.release("1")
    kamal(project, "setup", "-d", "lab")
    tell(f"http://{server.address}:{settings.HTTP_PORT}/ responds:")
    print(server.get("/")[1])

    project.release("2")
    with Load([(server.address, settings.HTTP_PORT)]) as load:
        kamal(project, "deploy", "-d", "lab")
    count = load.total()
    tell(f"While version 2 replaced version 1: {count}")
    for failure in count.failures[:10]:
        print(failure)
    return count.sent > 0 and not count.failures and set(count.versions) == {"1", "2"}


def main() -> int:
    lab = Laboratory()
    try:
        return 0 if demonstrate(lab) else 1
    except LabError as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        tell(f"Removing the server (its image is kept in {settings.CACHE} for the next run)")
        lab.stop()


if __name__ == "__main__":
    sys.exit(main())
