#!/usr/bin/env python3
"""Servers as Kamal 1 left them, Traefik in front of the app, are served by kamal-proxy afterwards."""
import support
from lab import images, settings
from support import must_succeed

# Not Traefik itself, but a container and an image that are its to Kamal: name, label, port. It only answers.
TRAEFIK = f"""FROM {images.BASE}
LABEL org.opencontainers.image.title=Traefik
RUN mkdir /www && echo "version 1< says Traefik" > /www/index.html
CMD ["httpd", "-f", "-p", "80", "-h", "/www"]
"""


class Upgrade(support.LabTest):
    @classmethod
    def prepare(cls):
        registry = support.laboratory.registry.address
        support.laboratory.push(images.KAMAL_PROXY, f"{registry}/basecamp/kamal-proxy:{settings.KAMAL_PROXY}")
        support.laboratory.engine.docker("build", "--tag", "traefik", "-", input=TRAEFIK, timeout=120)
        support.laboratory.push("traefik", f"{registry}/traefik:v2.10")
        configuration = cls.project.configuration(cls.addresses(), workers=[cls.addresses()[1]])
        configuration["proxy"]["run"] = {"registry": registry}  # An upgrade fetches the image anew.
        configuration["accessories"] = {"box": {"image": support.laboratory.base_image(), "host": cls.addresses()[0],
                                                "cmd": "sleep 1000", "options": {"stop-timeout": "1"}}}
        cls.project.configure(configuration)
        cls.version = cls.project.release("1")
        must_succeed(cls.project.kamal("build", "deliver"))
        for server in cls.servers:
            cls.deploy_as_kamal_1_did(server, registry)

    @classmethod
    def deploy_as_kamal_1_did(cls, server, registry: str):
        """Containers on Docker's own network, without kamal-proxy."""
        server.docker("run", "--detach", "--name", "traefik", "--publish", "80:80", "--stop-timeout", "1",
                      f"{registry}/traefik:v2.10", timeout=120)
        server.docker("tag", f"{registry}/hello:{cls.version}", f"{registry}/hello:latest")
        roles = [("web", "./serve")] + ([("worker", "./work")] if server is cls.servers[1] else [])
        for role, command in roles:
            server.docker("run", "--detach", "--name", f"hello-{role}-{cls.version}", "--restart", "unless-stopped",
                          "--label", "service=hello", "--label", f"role={role}", "--label", "destination=",
                          f"{registry}/hello:{cls.version}", command)

    def test_1_traefik_answers_before(self):
        for server in self.servers:
            self.assertIn("says Traefik", server.get("/")[1])

    def test_2_a_deploy_says_that_an_upgrade_is_due(self):
        result = self.project.kamal("deploy", "--skip-push")
        self.assertNotEqual(0, result.status, result)
        self.assertIn("port", result.output)
        self.assert_no_lock()
        for server in self.servers:
            self.assertIn("says Traefik", server.get("/")[1])

    def test_3_upgrade_replaces_traefik_by_kamal_proxy(self):
        result = self.project.kamal("upgrade", "-y")
        self.assert_success(result)
        self.assert_no_lock()
        for server in self.servers:
            self.assertNotIn("traefik", server.containers(all=True))
            self.assertNotIn("traefik", server.docker("images", "--format", "{{.Repository}}").stdout)
            self.assertIn("kamal-proxy", server.containers())
            self.assertIn(f"{support.laboratory.registry.address}/basecamp/kamal-proxy:{settings.KAMAL_PROXY}",
                          server.docker("inspect", "--format", "{{.Config.Image}}", "kamal-proxy").stdout)
            self.assertEqual([f"hello-web-{self.version}"], server.containers("label=role=web"))
            status, body = server.get("/")
            self.assertEqual((200, True), (status, "Hello from version 1<" in body), body)
        self.assertIn("hello-box", self.servers[0].containers())
        self.assertEqual([f"hello-worker-{self.version}"], self.servers[1].containers("label=role=worker"))

    def test_4_upgrade_again_one_host_after_the_other(self):
        result = self.project.kamal("upgrade", "--rolling", "-y")
        self.assert_success(result)
        first, second = (result.output.index(f"Upgraded {address}") for address in self.addresses())
        self.assertLess(first, second)
        self.assert_all_serve("1")

    def test_5_the_next_deploy_is_one_like_any_other(self):
        self.project.release("2")
        with self.load(threads=1) as load:
            self.assert_success(self.project.kamal("deploy"))
        self.assert_none_lost(load)
        self.assert_all_serve("2")


if __name__ == "__main__":
    support.main()
