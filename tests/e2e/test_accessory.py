#!/usr/bin/env python3
"""An accessory with files, folders and secrets, through its whole life on two servers."""
import support
from lab.process import wait_until

PASSWORD = "acc3ssory $HOME 'pass'"
# Shows what it was given, then answers on port 80 of its server's loopback.
CMD = "sh -c 'cat /etc/box/greeting /etc/box/certs/*; mkdir -p /www; env > /www/env; exec httpd -f -p 80 -h /www'"


class Accessory(support.LabTest):
    @classmethod
    def prepare(cls):
        configuration = cls.project.configuration(cls.addresses())
        cls.box = {
            "image": support.laboratory.base_image(), "hosts": cls.addresses(), "cmd": CMD, "port": "127.0.0.1:9000:80",
            "labels": {"purpose": "test"}, "options": {"stop-timeout": "1"},
            "env": {"clear": {"GREETED": "world"}, "secret": ["BOX_PASSWORD"]},
            "files": ["config/greeting.erb:/etc/box/greeting", "config/certs:/etc/box/certs:ro",
                      {"local": "config/key", "remote": "/etc/box/key", "mode": "0600", "owner": "1000:1001"}],
            "directories": ["data:/data", {"local": "/srv/box logs", "remote": "/logs", "mode": "0750", "owner": "1000:1001"}],
        }
        configuration["accessories"] = {"box": cls.box}
        cls.configuration = configuration
        cls.project.configure(configuration)
        cls.project.write(".kamal/secrets", "BOX_PASSWORD=$BOX_PASSWORD\n")
        cls.project.write("config/greeting.erb", "Hello <%= ENV['GREETED'].upcase %> <%= ENV['BOX_PASSWORD'].length %>\n")
        cls.project.write("config/certs/a.pem", "certificate a\n")
        cls.project.write("config/certs/deeper/b.pem", "certificate b\n")
        cls.project.write("config/key", "a key\n")
        cls.project.release("1")

    def kamal(self, *arguments: str):
        return self.project.kamal("accessory", *arguments, environment={"BOX_PASSWORD": PASSWORD})

    def test_1_a_first_boot_that_fails_is_seen_at_the_next_boot(self):
        first, second = self.servers
        first.docker("network", "create", "kamal")
        first.docker("run", "--detach", "--name", "squatter", "--publish", "127.0.0.1:9000:80",
                     self.copy_of_the_image(first), "sleep", "1000")
        result = self.kamal("boot", "box")
        self.assertEqual(1, result.status, result)
        self.assertIn(f"on {first.address}", result.output)
        self.assertIn("hello-box", second.containers())
        self.assertNotIn("hello-box", first.containers())
        first.docker("rm", "--force", "squatter")
        result = self.kamal("boot", "box")
        self.assert_success(result)
        self.assertIn(f"`box` was created on {first.address} but never started", result.output)
        self.assertIn(f"Skipping booting `box` on {second.address}", result.output)
        for server in self.servers:
            self.assertIn("hello-box", server.containers("label=purpose=test"))
        self.assert_no_lock()

    def copy_of_the_image(self, server) -> str:
        self.assert_success(self.project.kamal("registry", "setup"))
        server.docker("pull", support.laboratory.base_image())
        return support.laboratory.base_image()

    def test_2_files_and_folders_are_as_deploy_yml_says(self):
        for server in self.servers:
            inside = lambda *words: server.docker("exec", "hello-box", *words).stdout
            self.assertEqual(f"Hello WORLD {len(PASSWORD)}\n", inside("cat", "/etc/box/greeting"))
            self.assertEqual("certificate b\n", inside("cat", "/etc/box/certs/deeper/b.pem"))
            self.assertEqual("600 1000:1001\n", inside("stat", "-c", "%a %u:%g", "/etc/box/key"))
            self.assertEqual("750 1000:1001\n", inside("stat", "-c", "%a %u:%g", "/logs"))
            self.assertTrue(server.exists("/root/hello-box/data"))
            inside("sh", "-c", "echo kept > /data/file")

    def test_3_env_and_secrets_arrive(self):
        for server in self.servers:
            environment = server.sh("curl -s http://127.0.0.1:9000/env").stdout.splitlines()
            self.assertIn("GREETED=world", environment)
            self.assertIn(f"BOX_PASSWORD={PASSWORD}", environment)
            self.assertIn(f"KAMAL_HOST={server.address}", environment)
            mode = server.sh("stat -c %a /root/.kamal/apps/hello/env/accessories/box.env").stdout.strip()
            self.assertEqual("600", mode)

    def test_4_details_exec_and_logs(self):
        result = self.kamal("details", "box")
        self.assert_success(result)
        self.assertEqual(2, result.output.count("Accessory box Host: "), result)
        result = self.kamal("exec", "box", "--reuse", "cat /etc/box/greeting")
        self.assert_success(result)
        self.assertEqual(2, result.output.count(f"Hello WORLD {len(PASSWORD)}"), result)
        result = self.kamal("exec", "box", "echo", "$GREETED", "it's; me")
        self.assert_success(result)
        self.assertEqual(2, result.output.splitlines().count("$GREETED it's; me"), result)
        result = self.kamal("logs", "box", "--grep", "certificate", "-T")
        self.assert_success(result)
        self.assertEqual(2, result.output.count("certificate a"), result)
        self.assertNotIn("WORLD", result.output)

    def test_5_stop_start_and_restart(self):
        self.assert_success(self.kamal("stop", "box"))
        for server in self.servers:
            self.assertNotIn("hello-box", server.containers())
        result = self.kamal("boot", "box")
        self.assert_success(result)
        self.assertIn(f"`box` is not running on {self.servers[0].address} (exited)", result.output)
        self.assert_success(self.kamal("start", "box"))
        started = self.starts()
        self.assert_success(self.kamal("restart", "box"))
        for before, after in zip(started, self.starts()):
            self.assertNotEqual(before, after)

    def starts(self) -> list[str]:
        return [server.docker("inspect", "--format", "{{.State.StartedAt}} {{.State.Running}}", "hello-box").stdout
                for server in self.servers]

    def test_6_reboot_takes_new_settings_and_keeps_data(self):
        self.box["env"]["clear"]["GREETED"] = "moon"
        self.project.configure(self.configuration)
        self.assert_success(self.kamal("reboot", "box"))
        for server in self.servers:
            self.assertIn("Hello MOON", server.docker("logs", "hello-box").stdout)
            self.assertEqual("kept\n", server.docker("exec", "hello-box", "cat", "/data/file").stdout)

    def test_7_a_file_that_is_missing_is_named(self):
        (self.project.folder / "config/key").rename(self.project.folder / "config/no-key")
        result = self.kamal("reboot", "box")
        (self.project.folder / "config/no-key").rename(self.project.folder / "config/key")
        self.assertEqual(1, result.status, result)
        self.assertIn("config/key", result.output)
        self.assert_no_lock()
        for server in self.servers:
            self.assertIn("hello-box", server.containers(), "nothing was stopped")

    def test_8_remove_asks_and_leaves_nothing(self):
        result = self.project.kamal("accessory", "remove", "box", input=b"N\n")
        self.assertEqual(0, result.status, result)
        self.assertIn("hello-box", self.servers[0].containers())
        self.assert_success(self.kamal("remove", "box", "-y"))
        for server in self.servers:
            self.assertEqual([], server.containers(all=True))
            self.assertFalse(server.exists("/root/hello-box"))
            self.assertNotIn(support.laboratory.base_image(), server.docker("images", "--format", "{{.Repository}}:{{.Tag}}").stdout)


class DataOfAnotherUser(support.LabTest):
    """The login is not root, and the container's user keeps its data to itself."""
    server_count = 1

    @classmethod
    def prepare(cls):
        server, = cls.servers
        server.sh("useradd --create-home --groups docker --shell /bin/bash deploy && cp -r /root/.ssh /home/deploy/ && "
                  "chown -R deploy /home/deploy/.ssh")
        configuration = cls.project.configuration(cls.addresses())
        configuration["ssh"]["user"] = "deploy"
        configuration["accessories"] = {"box": {
            "image": support.laboratory.base_image(), "hosts": cls.addresses(), "directories": ["data:/data"],
            "options": {"stop-timeout": "1"},
            "cmd": "sh -c 'mkdir /data/own && echo x > /data/own/file && chown -R 999 /data/own && chmod 700 /data/own && "
                   "touch /data/done && exec sleep 1000'"}}
        cls.project.configure(configuration)
        cls.project.release("1")

    def test_a_container_removes_it(self):
        server, = self.servers
        self.assert_success(self.project.kamal("accessory", "boot", "box"))
        wait_until("the data is there", lambda: server.exists("/home/deploy/hello-box/data/done"), timeout=20)
        self.assertNotEqual(0, server.sh("su deploy -c 'ls /home/deploy/hello-box/data/own'", check=False).returncode)
        self.assert_success(self.project.kamal("accessory", "remove", "box", "-y"))
        self.assertFalse(server.exists("/home/deploy/hello-box"))
        self.assertEqual([], server.containers(all=True))
        self.assertNotIn(support.laboratory.base_image(), server.docker("images", "--format", "{{.Repository}}:{{.Tag}}").stdout)


if __name__ == "__main__":
    support.main()
