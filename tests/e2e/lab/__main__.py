"""python3 -m lab [SERVERS]: a laboratory to try things in by hand. Ends when its standard input is closed."""
import os
import sys

from . import Laboratory, settings


def main():
    lab = Laboratory("laboratory")
    try:
        lab.start()
        lab.add_servers(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
        for name, value in lab.engine.environment.items():
            print(f"export {name}={value}")
        print(f"# registry {lab.registry.address}, user {lab.registry.username}, password {lab.registry_password}")
        print(f"# an app's base image: {lab.base_image()}")
        for server in lab.servers:
            print(f"ssh -i {lab.key} -p {settings.SSH_PORT} root@{server.address}   # http://{server.address}:{settings.HTTP_PORT}")
        print("# Ctrl-D ends it.", flush=True)
        sys.stdin.read()
    except KeyboardInterrupt:
        os.write(2, b"interrupted\n")
    finally:
        lab.stop()


if __name__ == "__main__":
    main()
