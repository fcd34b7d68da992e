#!/usr/bin/env python3
"""Error pages of the app's own, served by kamal-proxy, on servers whose umask keeps everything to its owner."""
import support
from lab.process import wait_until
from support import must_succeed

OWN_PAGE = "<html><body>Closed for stocktaking</body></html>\n"


class ErrorPages(support.LabTest):
    server_count = 1

    @classmethod
    def prepare(cls):
        configuration = cls.project.configuration(cls.addresses())
        configuration["error_pages_path"] = "public"
        # Registered before the app's first boot.
        configuration["accessories"] = {"box": {
            "image": support.laboratory.base_image(), "hosts": cls.addresses(),
            "cmd": "sh -c 'mkdir -p /www && echo OK > /www/up && exec httpd -f -p 80 -h /www'",
            "proxy": {"host": "box.test", "app_port": 80, "healthcheck": {"path": "/up", "interval": 1}}}}
        cls.project.configure(configuration)
        for server in cls.servers:
            server.sh("sed -i '1i umask 077' /root/.bashrc")
        cls.project.write("public/503.html", OWN_PAGE, mode=0o600)
        cls.project.release("1")

    def test_1_setup_registers_an_accessory_before_the_app(self):
        self.assert_success(self.project.kamal("setup"))
        self.assert_all_serve("1")
        self.assertIn("0077", self.project.kamal("server", "exec", "umask").output, "the umask that this is about")

    def test_2_a_503_is_the_apps_own_page(self):
        self.assert_success(self.project.kamal("app", "maintenance"))
        for server in self.servers:
            self.assertEqual((503, OWN_PAGE), server.get("/"))
        self.assert_success(self.project.kamal("app", "live"))

    def test_3_a_deploy_replaces_the_pages(self):
        page = OWN_PAGE.replace("stocktaking", "the night")
        self.project.write("public/503.html", page, mode=0o600)
        self.project.release("2")
        self.assert_success(self.project.kamal("deploy"))
        self.assert_all_serve("2")
        self.assert_success(self.project.kamal("app", "maintenance"))
        for server in self.servers:
            self.assertEqual((503, page), server.get("/"))

    def test_4_the_proxy_restores_app_and_accessory_when_it_starts_again(self):
        self.assert_success(self.project.kamal("app", "live"))
        for server in self.servers:
            server.docker("restart", "kamal-proxy")
            wait_until("the proxy serves", lambda: server.get("/")[0] == 200, timeout=30)
            self.assertIn("box.test", server.docker("exec", "kamal-proxy", "kamal-proxy", "list").stdout)

    def test_5_remove_leaves_nothing_although_the_proxy_goes_before_the_accessory(self):
        self.assert_success(self.project.kamal("remove", "-y"))
        for server in self.servers:
            self.assertEqual([], server.containers(all=True))
            self.assertFalse(server.exists("/root/hello-box") or server.exists("/root/.kamal/proxy"))
        self.assert_no_lock()
        self.assert_success(self.project.kamal("remove", "-y"))  # Everything is gone already.


if __name__ == "__main__":
    support.main()
