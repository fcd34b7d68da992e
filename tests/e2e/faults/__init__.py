"""Injects a fault at each step of a setup, a deploy and a rollback, and checks that the run ends in a known, said state
and that the next run works. `python3 -B -m faults --help` in tests/e2e."""
