#!/usr/bin/env python3
"""The laboratory's own instruments: a load generator that counts, a watcher that sees."""

import support
from lab import settings
from lab.load import Load
from lab.watch import ArgvWatch


class Instruments(support.LabTest):
    server_count = 1

    def test_load_goes_to_this_machine_only(self):
        with self.assertRaises(ValueError):
            Load([("192.0.2.1", 80)])

    def test_load_counts_requests_that_nobody_answers(self):
        with Load([(self.addresses()[0], settings.HTTP_PORT + 1)], requests=20, threads=1) as load:
            for thread in load._threads:
                thread.join(30)
        count = load.total()
        self.assertEqual((20, 0, 20), (count.sent, count.answered, len(count.failures)))

    def test_the_watcher_sees_a_word_in_an_argv_on_a_server(self):
        with ArgvWatch(["found-me", "not-there"]) as watch:
            self.servers[0].sh("sh -c 'sleep 0.1; exit' found-me")
        self.assertTrue(any("sleep 0.1" in line for line in watch.found), watch.found)

    def test_the_registry_refuses_a_wrong_password(self):
        result = self.servers[0].docker("login", "-u", support.laboratory.registry.username, "-p", "wrong",
                                        support.laboratory.registry.address, check=False)
        self.assertNotEqual(0, result.returncode)


if __name__ == "__main__":
    support.main()
