"""Every screen and every state that opens over one has no violation that axe-core finds, in light and in dark.

A new screen is one line in SCREENS. axe-core is a development dependency: `make node_modules/installed`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT, Server

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async ([tags, without]) => {
    const rules = Object.fromEntries(without.map(rule => [rule, { enabled: false }]));
    const { violations } = await axe.run(document, { runOnly: tags, rules, resultTypes: ["violations"] });
    const told = node => `${node.target.join(" ")} (${node.any[0]?.message ?? node.all[0]?.message ?? ""})`;
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(told).join("; ")}`);
}"""
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

pytestmark = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: make node_modules/installed")


@dataclass(frozen=True)
class Screen:
    """What is looked at: a path, and what is done there first."""

    path: str
    act: Callable[[Any], None] | None = None
    is_signed_in: bool = True
    is_phone: bool = False
    without: tuple[str, ...] = ()
    """Rules of good practice that do not fit, with the reason beside them."""


def press(*selectors: str) -> Callable[[Any], None]:
    """Return the act of clicking on these, one after the other."""

    def act(page: Any) -> None:
        for selector in selectors:
            page.locator(selector).first.click()

    return act


def keys(*names: str) -> Callable[[Any], None]:
    """Return the act of pressing these keys."""

    def act(page: Any) -> None:
        for name in names:
            page.keyboard.press(name)

    return act


def in_menu_of_a_message(entry: str) -> Callable[[Any], None]:
    """Return the act of choosing an entry in the menu of the newest message."""

    def act(page: Any) -> None:
        open_message_menu(page)
        page.get_by_role("menuitem", name=entry).click()

    return act


def open_message_menu(page: Any) -> None:
    message = page.locator(".log .msg:not(.is-tomb)").last
    message.hover()
    message.locator("[data-act=more]").click()


def long_press(page: Any) -> None:
    """Open the sheet of a message as a finger does."""
    box = page.locator(".log .msg").last.bounding_box()
    finger = page.context.new_cdp_session(page)
    at = [{"x": box["x"] + 80, "y": box["y"] + 12}]
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at})
    page.wait_for_timeout(700)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def sign_in_with_a_wrong_password(page: Any) -> None:
    """Be refused."""
    page.fill("#email", "a@b.example")
    page.fill("#password", "x")
    page.keyboard.press("Enter")
    page.wait_for_selector(".alert")


def search_for(words: str) -> Callable[[Any], None]:
    """Return the act of searching."""

    def act(page: Any) -> None:
        page.fill("#search-field", words)
        page.keyboard.press("Enter")
        page.wait_for_timeout(600)

    return act


def write(text: str) -> Callable[[Any], None]:
    """Return the act of typing into the message field."""
    return lambda page: page.locator("#composer").press_sequentially(text)


SCREENS = {
    "sign in": Screen("/sign-in", is_signed_in=False),
    "sign in, refused": Screen(
        "/sign-in",
        sign_in_with_a_wrong_password,
        is_signed_in=False,
    ),
    "nothing here": Screen("/nothing", is_signed_in=False),
    "an invite that is over": Screen("/join/nothing", is_signed_in=False),
    "offline": Screen("/offline", is_signed_in=False),
    "a room": Screen("/rooms/2"),
    "a message field with text": Screen("/rooms/2", write("hello **there**")),
    "completions": Screen("/rooms/2", write("@")),
    "an empty room": Screen("/rooms/1"),
    "the menu of a room": Screen("/rooms/2", press(".room-head [aria-haspopup=menu]")),
    "the menu of the workspace": Screen("/rooms/2", press(".side-head .ws")),
    "the menu of a message": Screen("/rooms/2", open_message_menu),
    "delivery of a message": Screen("/rooms/2", in_menu_of_a_message("Delivery")),
    "the switcher": Screen("/rooms/2", keys("Control+k")),
    "the shortcuts": Screen("/rooms/2", keys("Control+/")),
    "the emoji picker": Screen("/rooms/2", press(".box-bar [aria-label=Emoji]")),
    "drafts and unsent": Screen("/drafts"),
    "reminders": Screen("/reminders"),
    "commands": Screen("/rooms/2", write("/")),
    "the pins of a room": Screen("/rooms/2?pane=pins"),
    "a new direct message": Screen("/rooms/2", press(".side-head [aria-label='New message']")),
    "my menu": Screen("/rooms/2", press(".side-me .mine")),
    "my status": Screen("/rooms/2", press(".side-me .mine", "[role=menuitem]:has-text('status')")),
    "a person's card": Screen("/rooms/2", press(".log .msg-author")),
    "the workspace's emoji": Screen("/rooms/2", press(".side-head .ws", "[role=menuitem]:has-text('Emoji')")),
    "pausing notifications": Screen("/rooms/2", press(".side-me [aria-label='Pause notifications']")),
    "creating a room": Screen(
        "/rooms/2", lambda page: (page.click("[aria-label='Add a room']"), page.click("[role=menuitem]"))
    ),
    "browsing open rooms": Screen(
        "/rooms/2",
        lambda page: (page.click("[aria-label='Add a room']"), page.get_by_role("menuitem", name="Browse").click()),
    ),
    "the members of a room": Screen("/rooms/2", press(".room-head .people, .room-head [aria-haspopup=dialog]")),
    "a thread": Screen("/rooms/3?pane=thread-3"),
    "the files of a room": Screen("/rooms/2?pane=files"),
    "threads": Screen("/threads"),
    "unread": Screen("/unread"),
    "mentions": Screen("/mentions"),
    "saved": Screen("/saved"),
    "people": Screen("/people"),
    "sharing": Screen("/share?text=hello"),
    "search, empty": Screen("/search"),
    "search, results": Screen("/search", search_for("v2")),
    "search, nothing": Screen("/search", search_for("zzzz")),
    "settings: profile": Screen("/settings/profile"),
    "settings: appearance": Screen("/settings/appearance"),
    "settings: notifications": Screen("/settings/notifications"),
    "settings: shortcuts": Screen("/settings/shortcuts"),
    "settings: security": Screen("/settings/security"),
    "admin: workspace": Screen("/admin/workspace"),
    "admin: people": Screen("/admin/people"),
    "admin: rooms": Screen("/admin/rooms"),
    "admin: webhooks": Screen("/admin/webhooks"),
    "admin: delivery": Screen("/admin/delivery"),
    "admin: insights": Screen("/admin/insights", press(".all-figures summary")),
    "admin: backups": Screen("/admin/backups"),
    "phone: a room": Screen("/rooms/2", is_phone=True),
    "phone: the sidebar": Screen(
        "/rooms/2",
        press(".room-head .only-narrow"),
        is_phone=True,
        # The room behind it is inert, as behind a dialog, and its heading with it.
        without=("landmark-one-main", "page-has-heading-one"),
    ),
    "phone: the sheet of a message": Screen("/rooms/2", long_press, is_phone=True),
    "phone: a thread": Screen("/rooms/3?pane=thread-3", is_phone=True),
    "phone: settings": Screen("/settings/profile", is_phone=True),
    "phone: search": Screen("/search", search_for("v2"), is_phone=True),
    "phone: sign in": Screen("/sign-in", is_signed_in=False, is_phone=True),
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Return a server with the demo workspace, and the password of everybody in it."""
    running = Server(tmp_path_factory.mktemp("demo") / "data")
    environment = os.environ | {"STET_DATA": str(running.data)}
    command = [sys.executable, "-m", "flask", "--app", "app", "seed-demo"]
    said = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
    running.start()
    yield running, said.split()[-1]
    running.stop()


@pytest.fixture(scope="module")
def pages(demo, chromium):
    """Return a function that gives a page, signed in or not, on a desktop or a phone, in a colour scheme."""
    server, password = demo
    contexts: dict[tuple[bool, bool, str], Any] = {}
    state: list[Any] = []

    def page_of(screen: Screen, scheme: str) -> Any:
        key = (screen.is_signed_in, screen.is_phone, scheme)
        if key not in contexts:
            contexts[key] = chromium.new_context(
                base_url=server.url,
                viewport=PHONE if screen.is_phone else DESKTOP,
                has_touch=screen.is_phone,
                is_mobile=screen.is_phone,
                color_scheme=scheme,
                reduced_motion="reduce",
                service_workers="block",
                storage_state=signed_in() if screen.is_signed_in else None,
            )
            contexts[key].add_init_script(path=AXE)
        page = contexts[key].new_page()
        page.set_default_timeout(15_000)
        return page

    def signed_in() -> Any:
        if not state:
            context = chromium.new_context(base_url=server.url, service_workers="block")
            page = context.new_page()
            page.goto("/sign-in")
            page.fill("#email", "jiwoo@saebom.example")
            page.fill("#password", password)
            page.keyboard.press("Enter")
            page.wait_for_selector("#composer")
            state.append(json.loads(json.dumps(context.storage_state())))
            context.close()
        return state[0]

    yield page_of
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_has_no_violation(pages, name, scheme):
    screen = SCREENS[name]
    page = pages(screen, scheme)
    page.goto(screen.path)
    expect(page.locator("h1").filter(visible=True).first).to_be_attached()
    if page.locator("#app").count():
        expect(page.locator("stet-sidebar .side-me .av")).to_have_count(1)
        expect(page.locator(".skel")).to_have_count(0)
    if screen.act is not None:
        screen.act(page)
    page.wait_for_timeout(150)

    found = page.evaluate(RUN, [TAGS, list(screen.without)])
    if found and "STET_SHOTS" in os.environ:
        page.screenshot(path=Path(os.environ["STET_SHOTS"]) / f"{name}-{scheme}.png".replace(":", ""))
    page.close()

    assert found == []
