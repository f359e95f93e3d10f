"""How the page behaves in a room with 10,000 messages, and whether it grows while it is left open.

    python -m bench.page [--messages 10000] [--endurance 18000]

A real server and a real Chromium on the same machine. The endurance run sends as many messages as an hour at five per
second brings, as fast as the server takes them, first to somebody who reads at the end and then to somebody who has
scrolled up; what the page holds is measured after the garbage was collected.
"""

import argparse
import http.client
import json
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import sync_playwright

from bench.load import percentile
from tests.browser.conftest import CHROMIUM, PASSWORD
from tests.crash.server import Server

ROOM_ID = 2
RATE_PER_SECOND = 5
APPEND_SECONDS = 20
SENDERS = 8
STEPS = 6
COLLECTIONS = 4
WHEELS = 60
FIRST_PAINT = """() => new Promise(resolve => {
    const look = () => document.querySelector(".log .msg") ? resolve(performance.now()) : requestAnimationFrame(look);
    look();
})"""
WATCH = """() => {
    window.appended = [];
    new MutationObserver(changes => {
        for (const { addedNodes } of changes) for (const node of addedNodes) {
            const at = /sent at (\\d+)/.exec(node.textContent ?? "");
            if (at && node instanceof Element && node.closest(".log")) appended.push(Date.now() - Number(at[1]));
        }
    }).observe(document.querySelector(".log-list"), { childList: true, subtree: true });
}"""
FRAMES = """() => {
    window.frames_ = []; let before = performance.now();
    const next = now => { frames_.push(now - before); before = now; requestAnimationFrame(next); };
    requestAnimationFrame(next);
}"""
ANCHOR = """() => {
    const top = document.querySelector(".log").getBoundingClientRect().top;
    const row = [...document.querySelectorAll(".log .msg")].find(one => one.getBoundingClientRect().top > top + 40);
    return [row.id, row.getBoundingClientRect().top];
}"""


class Held(NamedTuple):
    """What the page holds."""

    heap_mb: float
    nodes: int
    listeners: int
    rows: int
    disk_mb: float


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="stet-bench-") as folder:
        server = Server(Path(folder), async_mode="eventlet")
        tokens = server.seed(users=SENDERS + 1, rooms=1, messages=arguments.messages)
        server.start()
        try:
            with _reader(server, tokens[0]) as page:
                _paint(page)
                _append(page, server, tokens[1])
                _scroll(page, server, tokens[1])
                _endure(page, server, tokens[1:], arguments.endurance, "reading at the end")
                page.mouse.wheel(0, -1500)
                _endure(page, server, tokens[1:], arguments.endurance // 3, "scrolled up")
        finally:
            server.stop()


@contextmanager
def _reader(server: Server, owner: str) -> Iterator[Any]:
    invite = _ask(server, owner, "POST", "/api/invites", {})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--enable-precise-memory-info"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800}, base_url=f"http://127.0.0.1:{server.port}")
        page.set_default_timeout(60_000)
        page.goto(f"/join/{invite['code']}")
        for name, value in {"name": "Reader", "email": "reader@example.com", "password": PASSWORD}.items():
            page.fill(f"[name={name}]", value)
        page.press("[name=password]", "Enter")
        page.wait_for_selector("#composer")
        me = page.evaluate("async () => (await (await fetch('/api/me')).json()).user.id")
        _ask(server, owner, "POST", f"/api/rooms/{ROOM_ID}/members", {"user_id": me})
        yield page
        browser.close()


def _paint(page: Any) -> None:
    times = {"first visit": [], "again, from what is kept": []}
    for kept in (False, True, True, True):
        if not kept:
            page.goto("about:blank")
        page.goto(f"/rooms/{ROOM_ID}")
        times["again, from what is kept" if kept else "first visit"].append(page.evaluate(FIRST_PAINT))
        page.wait_for_timeout(3000)
    print("messages in view after the navigation began, ms")
    for name, taken in times.items():
        print(f"  {name}: {min(taken):,.0f}")


def _append(page: Any, server: Server, token: str) -> None:
    page.keyboard.press("Escape")
    page.evaluate(WATCH)
    answered: list[float] = []
    for n in count():
        if n >= APPEND_SECONDS * RATE_PER_SECOND:
            break
        started = time.time()
        _post(server, token, f"sent at {started * 1000:.0f}")
        answered.append((time.time() - started) * 1000)
        page.wait_for_timeout(max(0, 1000 / RATE_PER_SECOND - (time.time() - started) * 1000))
    appended = sorted(page.evaluate("() => appended"))
    answered.sort()
    print(f"\n{RATE_PER_SECOND} messages per second, ms from the send        p50     p95")
    for name, ordered in (("to the sender's answer", answered), ("to the row in the page", appended)):
        print(f"  {name:<36}{percentile(ordered, 0.5):>8.0f}{percentile(ordered, 0.95):>8.0f}")
    print(f"  in the page: {len(appended)} of {len(answered)}")


def _scroll(page: Any, server: Server, token: str) -> None:
    page.hover(".log")
    page.evaluate(FRAMES)
    for _ in range(WHEELS):
        page.mouse.wheel(0, -900)
        page.wait_for_timeout(60)
    frames = page.evaluate("() => frames_")
    slow = [frame for frame in frames if frame > 50]
    print(f"\nscrolling {WHEELS * 900:,} px up: {len(frames)} frames, over 50 ms: {len(slow)}, ", end="")
    print(f"the longest {max(frames):.0f} ms")
    page.wait_for_timeout(1500)
    row, before = page.evaluate(ANCHOR)
    for _ in range(30):
        _post(server, token, "below what is being read")
    page.wait_for_timeout(1500)
    after = page.evaluate("id => document.getElementById(id)?.getBoundingClientRect().top", row)
    print(f"the row being read moved while 30 messages arrived: {abs(after - before):.0f} px")
    page.keyboard.press("Escape")
    page.wait_for_timeout(1000)


def _endure(page: Any, server: Server, tokens: list[str], total: int, where: str) -> None:
    print(f"\n{total:,} messages, {where}\nmessages   heap MB   DOM nodes   listeners   rows   IndexedDB MB")
    print(_line(0, _held(page)))
    for step in range(1, STEPS + 1):
        _post_many(server, tokens, total // STEPS)
        # As the page would in an hour: it is painted in between.
        page.wait_for_timeout(2500)
        print(_line(step * total // STEPS, _held(page)))


def _held(page: Any) -> Held:
    session = page.context.new_cdp_session(page)
    for _ in range(COLLECTIONS):
        # Nodes that only another dead node holds go in the next one.
        session.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(500)
    session.send("Performance.enable")
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    rows = page.locator(".log .msg").count()
    usage = page.evaluate("async () => (await navigator.storage.estimate()).usageDetails?.indexedDB ?? 0")
    heap_mb = metrics["JSHeapUsedSize"] / 1e6
    return Held(heap_mb, int(metrics["Nodes"]), int(metrics["JSEventListeners"]), rows, usage / 1e6)


def _line(sent: int, held: Held) -> str:
    return f"{sent:>8,}{held.heap_mb:>10.1f}{held.nodes:>12,}{held.listeners:>12,}{held.rows:>7}{held.disk_mb:>15.1f}"


def _post_many(server: Server, tokens: list[str], total: int) -> None:
    def send(token: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for n in range(total // len(tokens)):
            _post(server, token, f"message {n} of an hour that was long", connection)
        connection.close()

    threads = [threading.Thread(target=send, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _post(server: Server, token: str, text: str, connection: http.client.HTTPConnection | None = None) -> None:
    _ask(server, token, "POST", f"/api/rooms/{ROOM_ID}/messages", {"text": text}, connection)


def _ask(
    server: Server,
    token: str,
    method: str,
    path: str,
    body: object,
    connection: http.client.HTTPConnection | None = None,
) -> Any:
    used = connection or http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    used.request(method, path, json.dumps(body), headers | {"Idempotency-Key": str(uuid.uuid4())})
    answer = json.loads(used.getresponse().read())
    if connection is None:
        used.close()
    return answer


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.page", description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000, help="in the room before")
    parser.add_argument("--endurance", type=int, default=18_000, help="an hour at five per second")
    return parser.parse_args()


if __name__ == "__main__":
    main()
