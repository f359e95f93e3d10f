"""Fixtures of the browser flows: a real server, a real Chromium, and people who sign in by hand.

These tests run by themselves (`make test-browser`): the browser driver does not live in a process that is patched.
"""

import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PASSWORD = "a long enough sentence"
START_SECONDS = 20
# A machine under load is slow, not wrong.
EXPECT_MS = 15_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip everything with a sentence where the flows cannot run."""
    reason = None
    if CHROMIUM is None:
        reason = "there is no Chromium; on Debian: apt-get install chromium"
    elif "eventlet" in sys.modules:
        reason = "the browser flows run by themselves: make test-browser"
    # The hook is called with the items of all folders.
    for item in items:
        if reason is not None and item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.skip(reason=reason))


class Server:
    """A real server process on a data folder of its own, that can be killed and started again."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        environment = os.environ | {"STET_DATA": str(self.data), "STET_PORT": str(self.port), "STET_RATE_LIMITS": "0"}
        with (self.data.parent / "server.log").open("a") as log:
            command = [sys.executable, "app.py"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, (self.data.parent / "server.log").read_text()
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def setup_link(self) -> str:
        """Return the link that the terminal shows on the first run."""
        return f"{self.url}/setup?token={(self.data / 'setup_token').read_text().strip()}"

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(timeout=20)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Return the browser."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=EXPECT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        browser.close()


@dataclass(frozen=True)
class Workspace:
    """A data folder after people have come by hand, to be copied, and the cookies of each of them."""

    data: Path
    cookies: dict[str, Any]


@pytest.fixture(scope="session")
def workspaces(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Workspace]:
    """Return a function that gives the workspace whose last person is "alice" or "bob"; each is made once."""

    def making(last: str) -> Workspace:
        running = Server(tmp_path_factory.mktemp(last) / "data")
        running.start()
        contexts = {"alice": chromium.new_context(base_url=running.url, service_workers="block")}
        alice = contexts["alice"].new_page()
        set_up(alice, running)
        if last == "bob":
            contexts["bob"] = chromium.new_context(base_url=running.url, service_workers="block")
            join(contexts["bob"].new_page(), invite_link(alice))
        # Addresses of cookies know no ports: they hold for each copy.
        cookies = {name: {"cookies": context.cookies(), "origins": []} for name, context in contexts.items()}
        for context in contexts.values():
            context.close()
        running.stop()
        return Workspace(running.data, cookies)

    return functools.cache(making)


@pytest.fixture
def data(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Return the data folder: nobody has set it up, unless the test asks for Alice, or for Alice and Bob."""
    folder = tmp_path / "data"
    if people := [name for name in ("alice", "bob") if name in request.fixturenames]:
        shutil.copytree(request.getfixturevalue("workspaces")(people[-1]).data, folder)
    return folder


@pytest.fixture
def server(data: Path) -> Iterator[Server]:
    """Return a running server."""
    running = Server(data)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def new_page(chromium: Any, server: Server) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a page with cookies of its own; any error in its console fails the test."""
    contexts = []
    faults: list[str] = []

    def opening(**options: Any) -> Any:
        # Without a service worker unless a story is about it: routes of a test do not see what one answers.
        options = {"viewport": {"width": 1280, "height": 800}, "service_workers": "block"} | options
        context = chromium.new_context(base_url=server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda line: faults.append(line.text) if _is_fault(line) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield opening
    for context in contexts:
        context.close()
    assert faults == []


def _is_fault(line: Any) -> bool:
    # Chromium itself tells of a server that is down and of answers of 4xx that the page handles.
    told_by_chromium = ("Failed to load resource", "WebSocket connection")
    return line.type == "error" and not any(sentence in line.text for sentence in told_by_chromium)


@pytest.fixture
def alice(new_page: Callable[..., Any], workspaces: Callable[[str], Workspace], request: pytest.FixtureRequest) -> Any:
    """Return the page of Alice, who has set the workspace up."""
    last = "bob" if "bob" in request.fixturenames else "alice"
    return _opened(new_page(storage_state=workspaces(last).cookies["alice"]))


@pytest.fixture
def bob(alice: Any, new_page: Callable[..., Any], workspaces: Callable[[str], Workspace]) -> Any:
    """Return the page of Bob, who has joined by Alice's invite link, in a browser of his own."""
    return _opened(new_page(storage_state=workspaces("bob").cookies["bob"]))


def _opened(page: Any) -> Any:
    page.goto("/")
    page.wait_for_selector("#composer")
    return page


def set_up(page: Any, server: Server) -> None:
    """Set the workspace up by hand, as Alice."""
    page.goto(server.setup_link())
    page.fill("[name=workspace]", "Saebom Studio")
    page.press("[name=workspace]", "Enter")
    page.fill("[name=name]", "Alice Kim")
    page.fill("[name=email]", "alice@example.com")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#composer")


def join(page: Any, link: str) -> None:
    """Join by the link by hand, as Bob."""
    page.goto(link)
    page.fill("[name=name]", "Bob Lee")
    page.fill("[name=email]", "bob@example.com")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#composer")


def invite_link(page: Any) -> str:
    """Make an invite as the person of the page and return its link."""
    answer = page.evaluate(
        """async () => {
            const csrf = JSON.parse(document.getElementById("boot").textContent).csrf_token;
            const headers = {"Content-Type": "application/json", "X-CSRF-Token": csrf};
            const answer = await fetch("/api/invites", {method: "POST", headers, body: "{}"});
            return await answer.json();
        }"""
    )
    return str(answer["url"])


def send(page: Any, text: str) -> None:
    """Type a message and press Enter."""
    page.fill("#composer", text)
    page.press("#composer", "Enter")


def messages(page: Any) -> list[str]:
    """Return the texts in the timeline, oldest first; a tombstone is its sentence."""
    return [text.strip() for text in page.locator(".log .msg :is(.prose, .tomb > span)").all_inner_texts()]
