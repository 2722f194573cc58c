"""A real server on its own data, and a real browser that reports what it should not have seen."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from tests.e2e import chromium

START_S = 90
# As long for what is expected as for what is done: on a machine that others use too, 5 s are soon over.
PATIENCE_MS = 20_000
# Serves sample flights; prints `Open http://127.0.0.1:PORT/#sign-in=TOKEN` when it is ready.
SERVE = (sys.executable, "-m", "dashbridge", "demo")
WAREHOUSE = b"dashbridge.warehouse.nursery"
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@dataclass(frozen=True)
class Server:
    """A running server: its address, and the key that signs in any number of times."""

    url: str
    link: str
    api_key: str
    log: Path
    pid: int

    @contextmanager
    def warehouse_asleep(self) -> Iterator[None]:
        """No query of this server gets on meanwhile."""
        asleep = [pid for pid in descendants(self.pid) if WAREHOUSE in Path(f"/proc/{pid}/cmdline").read_bytes()]
        assert asleep
        for pid in asleep:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in asleep:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)


@dataclass
class Tab:
    """A page and the complaints it made: console errors, uncaught exceptions, policy violations, requests elsewhere."""

    page: Page
    server: Server
    complaints: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    def forgive(self, *texts: str) -> None:
        """What contains one of these is none, even if it comes later: a browser tells of an answer when it likes."""
        self.forgiven.extend(texts)

    def complained(self) -> list[str]:
        """The complaints that are not forgiven."""
        return [one for one in self.complaints if not any(text in one for text in self.forgiven)]

    def sign_in(self, path: str = "/") -> None:
        """Open a path by a link that signs in."""
        self.page.goto(f"{self.server.url}{path}#sign-in={self.server.api_key}")
        self.page.locator("header.header").wait_for()

    def hear(self, message: ConsoleMessage) -> None:
        """Keep an error the page wrote."""
        if message.type == "error":
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running() as started:
        yield started


@contextmanager
def running(**settings: str) -> Iterator[Server]:
    """A server on a data dir of its own, with further settings."""
    folder = Path(tempfile.mkdtemp(prefix="dashbridge-e2e-"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DASHBRIDGE_")}
    environment |= {
        "DASHBRIDGE_DATA_DIR": str(folder),
        "DASHBRIDGE_PORT": str(free_port()),
        "DASHBRIDGE_MODEL": "offline",
        "PYTHONUNBUFFERED": "1",
        **settings,
    }
    log = folder / "server.log"
    with log.open("w") as errors:
        process = subprocess.Popen(SERVE, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            link = read_link(process, log)
            key = (folder / "api_key").read_text().strip()
            yield Server(url=link.split("/#")[0], link=link, api_key=key, log=log, pid=process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()
            shutil.rmtree(folder, ignore_errors=True)


def read_link(process: subprocess.Popen[str], log: Path) -> str:
    """The link the server prints when it is ready."""
    assert process.stdout is not None
    watchdog = Timer(START_S, process.kill)
    watchdog.start()
    try:
        for line in process.stdout:
            if line.startswith("Open "):
                return line.split()[1]
    finally:
        watchdog.cancel()
    raise AssertionError(f"the server did not start:\n{log.read_text()}")


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(child) for task in children for child in task.read_text().split()]
    return found + [below for child in found for below in descendants(child)]


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = chromium.find()
    if executable is None:
        pytest.fail(f"The browser tests need Chromium: {chromium.COMMAND}", pytrace=False)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=list(chromium.FLAGS))
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


@pytest.fixture
def tab(context: BrowserContext, server: Server) -> Iterator[Tab]:
    """A tab whose test fails if the page complained of anything."""
    made = Tab(context.new_page(), server)
    made.page.add_init_script(REPORT_VIOLATIONS)
    made.page.on("console", made.hear)
    made.page.on("pageerror", lambda error: made.complaints.append(f"uncaught: {error}"))
    made.page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((server.url, "data:", "blob:"))
            else made.complaints.append(f"asked elsewhere: {request.url}")
        ),
    )
    yield made
    assert not made.complained(), f"{made.complained()}; the server says: {server.log.read_text()[-3000:]}"
