#!/usr/bin/env python3
"""An app that is taken out of service and put back."""
import support
from support import must_succeed


class Maintenance(support.LabTest):
    @classmethod
    def prepare(cls):
        cls.project.configure(cls.project.configuration(cls.addresses()))
        cls.project.release("1")
        must_succeed(cls.project.kamal("setup"))

    def test_1_maintenance_answers_with_the_message(self):
        self.assert_success(self.project.kamal("app", "maintenance", "--message", "Back at noon, don't worry"))
        for server in self.servers:
            status, body = server.get("/")
            self.assertEqual(503, status)
            self.assertIn("Back at noon, don", body)  # The apostrophe is escaped in HTML.
        self.assert_no_lock()

    def test_2_live_answers_as_before(self):
        self.assert_success(self.project.kamal("app", "live"))
        self.assert_all_serve("1")
        self.assert_no_lock()

    def test_3_one_host_alone(self):
        self.assert_success(self.project.kamal("app", "maintenance", "--hosts", self.addresses()[0]))
        self.assertEqual([503, 200], [server.get("/")[0] for server in self.servers])

    def test_4_a_deploy_leaves_it_in_maintenance_until_live(self):
        self.project.release("2")
        self.assert_success(self.project.kamal("deploy"))
        self.assertEqual(503, self.servers[0].get("/")[0])
        self.assert_success(self.project.kamal("app", "live", "--hosts", self.addresses()[0]))
        self.assert_all_serve("2")


if __name__ == "__main__":
    support.main()
