#!/usr/bin/env python3
"""--report: the page of a run, opened in a real browser."""
import html.parser
import json
import pathlib
import re
import shutil
import signal
import time
import unittest

import support
from lab.process import run, wait_until
from support import must_succeed

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
VOID = {"meta", "input", "br", "link", "img"}
EMBEDDED = re.compile(r'(<script type="application/json" id="report">)(.*?)(</script>)', re.DOTALL)
HOSTILE = "</script><img src=x onerror=\"document.title='owned'\"><!-- {{script}}"
WAITING_HOOK = "#!/bin/sh\ntouch hook-runs\ntrap 'exit 1' INT TERM\nfor second in $(seq 60); do sleep 1; done\n"


class Page(html.parser.HTMLParser):
    """What a browser shows: a list of (tag, attributes, text)."""

    def __init__(self, dom: str):
        super().__init__()
        self.elements, self._open = [], []
        self.feed(dom)

    def handle_starttag(self, tag, attributes):
        element = [tag, dict(attributes), ""]
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_data(self, data):
        for element in self._open:
            element[2] += data

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def text(self, id: str) -> str:
        [text] = [text for _, attributes, text in self.elements if attributes.get("id") == id]
        return text

    def shown(self, name: str) -> list[str]:
        """The texts of the elements of a class, unless they are hidden themselves."""
        return [text for _, attributes, text in self.elements
                if name in (attributes.get("class") or "").split() and "hidden" not in attributes]


def chromium(page: pathlib.Path, link: str, *options: str) -> str:
    return run([CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,1000",
                f"--user-data-dir={page.parent}/.chromium", "--virtual-time-budget=2000", *options,
                f"{page.as_uri()}#{link}"], timeout=120).stdout


def opened(page: pathlib.Path, link="") -> Page:
    return Page(chromium(page, link, "--dump-dom"))


def embedded(page: pathlib.Path) -> dict:
    return json.loads(EMBEDDED.search(page.read_text())[2])


def fleet(hosts: int, steps: int) -> dict:
    """A report of many hosts."""
    names = [f"web-{number:03}" for number in range(hosts)]
    return {
        "format": 1, "command": "kamal deploy", "service": "shop", "destination": None, "outcome": "succeeded",
        "started_at": "2026-01-02T03:04:05Z", "seconds": float(steps), "closing_block": None, "failures": [],
        "omitted_steps": 0, "hosts": [{"host": name, "roles": ["web"]} for name in names],
        "versions": [{"host": name, "role": "web", "before": "1" * 40, "after": "2" * 40} for name in names],
        "phases": [{"name": "pull", "start": 0, "seconds": steps / 2}, {"name": "boot", "start": steps / 2, "seconds": steps / 2}],
        "steps": [{"host": name, "phase": "pull" if step < steps / 2 else "boot", "start": float(step), "seconds": 0.9,
                   "command": f"docker run --detach --name shop-web-{step} " + "--label some=thing " * 15, "status": 0,
                   "outcome": "succeeded", "output": f"line {step}\n" * 20, "omitted_lines": 0}
                  for step in range(steps) for name in names],
    }


class Report(support.LabTest):
    @classmethod
    def prepare(cls):
        cls.first, cls.second = cls.addresses()
        cls.configuration = cls.project.configuration(cls.addresses())
        cls.project.configure(cls.configuration)
        cls.project.write(".gitignore", "hook-runs\n*.html\n*.json\n.chromium\n")
        cls.versions = [cls.project.release("1")]
        must_succeed(cls.project.kamal("setup"))
        cls.page = cls.project.folder / "deploy.html"

    def deploy(self, status=0, report="deploy.html") -> str:
        result = self.project.kamal("deploy", "--report", report)
        self.assertEqual(status, result.status, result)
        self.assertIn(f"Report written to {report}\n", result.output)
        return result.output

    def test_1_is_refused_before_anything_changes(self):
        self.versions.append(self.project.release("2"))
        for report, reason in {"report.pdf": "must end in .html or .json", "none/report.html": "No such file or directory"}.items():
            result = self.project.kamal("deploy", "--report", report)
            self.assertEqual(1, result.status, result)
            self.assertIn(reason, result.output)
        self.assert_all_serve("1")

    @unittest.skipUnless(CHROMIUM, "not installed: chromium")
    def test_2_page_of_a_deploy(self):
        self.deploy()
        self.assert_all_serve("2")
        self.assertEqual(0o600, self.page.stat().st_mode & 0o777)
        self.assertNotIn(self.project.lab.registry_password, self.page.read_text())
        page = opened(self.page)
        self.assertEqual("succeeded", page.text("outcome"))
        self.assertIn("hello · ", page.text("facts"))
        self.assertIn(" · 2 hosts · ", page.text("facts"))
        self.assertIn("".join(["web", self.versions[0][:7], self.versions[1][:7]]), page.text("versions"))
        self.assertRegex(page.text("phases"), "build.*pull.*boot.*prune")
        self.assertEqual(3, len(page.shown("host")))  # This machine is one.
        self.assertEqual([], page.shown("step"))
        bars = [attributes["d"] for tag, attributes, _ in page.elements if tag == "path"]
        self.assertGreater(len(bars), 10)
        self.assertTrue(all(re.fullmatch(r"(M[\d.]+ 0h[\d.]+v10h-[\d.]+z)+", bar) for bar in bars), bars)

    @unittest.skipUnless(CHROMIUM, "not installed: chromium")
    def test_3_links_open_steps_and_filter(self):
        steps = embedded(self.page)["steps"]
        [pull] = [number for number, step in enumerate(steps)
                  if step["host"] == self.second and step["command"].startswith("docker pull")]
        page = opened(self.page, f"step={pull}")
        [output] = page.shown("output")
        self.assertIn("Downloaded newer image", output)
        page = opened(self.page, f"host={self.second}")
        self.assertEqual(1, len(page.shown("host")))
        self.assertEqual(len([step for step in steps if step["host"] == self.second]), len(page.shown("step")))
        self.assertEqual(2, len(opened(self.page, "text=docker+pull").shown("host")))
        self.assertEqual([], opened(self.page, "failures=1").shown("host"))

    @unittest.skipUnless(CHROMIUM, "not installed: chromium")
    def test_4_picture(self):
        for scheme, theme in {"light": 1, "dark": 0}.items():
            picture = self.project.folder / f"{scheme}.png"
            chromium(self.page, "", f"--screenshot={picture}", f"--blink-settings=preferredColorScheme={theme}")
            self.assertGreater(picture.stat().st_size, 20_000)

    @unittest.skipUnless(CHROMIUM, "not installed: chromium")
    def test_5_failures_come_first(self):
        self.configuration["servers"]["web"]["options"] = {"memory": "1nonsense"}
        self.project.configure(self.configuration)
        version = self.project.release("3")
        try:
            self.deploy(status=1)
        finally:
            del self.configuration["servers"]["web"]["options"]
            self.project.configure(self.configuration)
        page = opened(self.page)
        self.assertEqual("failed", page.text("outcome"))
        failures = page.text("failures")
        self.assertRegex(failures, "docker run: .*1nonsense")
        self.assertIn(f"The deploy of {version} failed on {self.first}", failures)
        self.assertIn("Next: fix the cause", failures)
        self.assertIn(f"web{self.versions[1][:7]}{self.versions[1][:7]}", page.text("versions"))
        self.assertIn(self.first, page.shown("host")[0])
        self.assertIn("failed", page.shown("host")[0])

    @unittest.skipUnless(CHROMIUM, "not installed: chromium")
    def test_6_output_stays_text(self):
        self.project.write(".kamal/hooks/pre-deploy", f"#!/bin/sh\ncat <<'END'\n{HOSTILE}\nEND\nexit 3\n", mode=0o755)
        self.project.release("4")
        self.deploy(status=1)
        page = opened(self.page, "host=localhost&failures=1")
        self.assertIn("Hook `pre-deploy` failed", page.text("failures"))
        self.assertIn(HOSTILE, page.text("failures"))
        self.assertEqual([], [tag for tag, _, _ in page.elements if tag == "img"])
        self.assertEqual(["kamal deploy: hello"], [text for tag, _, text in page.elements if tag == "title"])

    def test_7_interrupted(self):
        self.project.write(".kamal/hooks/pre-deploy", WAITING_HOOK, mode=0o755)
        self.project.release("5")
        deploy = self.project.start("deploy", "--report", "deploy.json")
        wait_until("the hook runs", (self.project.folder / "hook-runs").exists, timeout=60)
        deploy.send(signal.SIGINT)
        result = deploy.wait(60)
        self.assertEqual(130, result.status, result)
        report = json.loads((self.project.folder / "deploy.json").read_text())
        self.assertEqual("interrupted", report["outcome"])
        self.assertIn("was interrupted", report["closing_block"])
        self.assertEqual({self.versions[1]}, {change["after"] for change in report["versions"]})
        [hook] = [step for step in report["steps"] if step["command"].endswith("pre-deploy")]
        self.assertNotEqual("succeeded", hook["outcome"])

    @unittest.skipUnless(CHROMIUM, "not installed: chromium")
    def test_8_many_hosts(self):
        many = self.project.folder / "many.html"
        data = json.dumps(fleet(500, 30)).replace("<", "\\u003c")
        many.write_text(EMBEDDED.sub(lambda found: found[1] + data + found[3], self.page.read_text()))
        start = time.monotonic()
        page = opened(many)
        print(f"500 hosts with 30 steps: {time.monotonic() - start:.1f} s with the start of the browser", flush=True)
        self.assertIn("500 hosts · 15,000 steps", page.text("facts"))
        self.assertEqual(500, len(page.shown("host")))
        page = opened(many, "host=web-499&text=shop-web-29")
        self.assertEqual((1, 1), (len(page.shown("host")), len(page.shown("step"))))


if __name__ == "__main__":
    support.main()
