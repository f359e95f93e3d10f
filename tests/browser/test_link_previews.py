"""Cards of linked pages: they come by themselves, one person takes them away for all, and so does the workspace."""

import http.server
import io
import os
import threading
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import send

PAGE = (
    '<head><meta property="og:title" content="Launch review">'
    '<meta property="og:description" content="What we decided on Monday, and who does what until the launch.">'
    '<meta property="og:site_name" content="Saebom Wiki"><meta property="og:image" content="/thumb.png"></head>'
)


def thumb():
    out = io.BytesIO()
    Image.new("RGB", (1200, 630), "teal").save(out, "PNG")
    return out.getvalue()


ANSWERS = {"/": ("text/html", PAGE.encode()), "/thumb.png": ("image/png", thumb())}


class Wiki(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind, body = ANSWERS[self.path]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(autouse=True)
def own_network(monkeypatch):
    """Let the servers that start after this ask the loopback."""
    monkeypatch.setenv("STET_ALLOWED_NETWORKS", "127.0.0.1/32")


@pytest.fixture
def wiki():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Wiki)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


def cards(page):
    return page.get_by_role("complementary", name="Preview of Launch review")


def shoot(page, name):
    if "STET_SHOTS" in os.environ:
        page.screenshot(path=Path(os.environ["STET_SHOTS"]) / f"{name}.png")


def test_a_card_comes_without_a_reload_and_goes_for_everybody(server, alice, bob, wiki):
    send(alice, f"Notes are here: {wiki}")

    for page in (alice, bob):
        expect(cards(page)).to_have_count(1)
        expect(cards(page)).to_contain_text("Saebom Wiki")
        expect(cards(page).locator("img")).to_have_js_property("complete", True)  # noqa: FBT003 - the library's form
    assert cards(bob).locator("img").evaluate("image => image.naturalWidth") > 0
    assert cards(bob).locator("img").get_attribute("src").startswith("/previews/")
    expect(cards(bob).get_by_role("button", name="Remove preview")).to_have_count(0)
    for scheme in ("light", "dark"):
        bob.emulate_media(color_scheme=scheme)
        for width, height in ((1280, 800), (390, 844)):
            bob.set_viewport_size({"width": width, "height": height})
            shoot(bob, f"card-{scheme}-{width}")
            assert bob.evaluate("document.documentElement.scrollWidth") <= width
    bob.set_viewport_size({"width": 1280, "height": 800})

    cards(alice).hover()
    cards(alice).get_by_role("button", name="Remove preview").click()

    for page in (alice, bob):
        expect(cards(page)).to_have_count(0)
        expect(page.locator(".log .msg", has_text="Notes are here")).to_have_count(1)
    bob.reload()
    expect(bob.locator(".log .msg", has_text="Notes are here")).to_have_count(1)
    expect(cards(bob)).to_have_count(0)


def test_an_owner_switches_cards_off_and_on_for_open_pages(server, alice, bob, wiki):
    send(bob, f"Again: {wiki}")
    expect(cards(bob)).to_have_count(1)

    alice.goto("/admin/workspace")
    group = alice.locator("#link-previews")
    expect(group).to_contain_text("Link previews are on")
    group.get_by_role("button", name="Switch off").click()
    expect(group).to_contain_text("Link previews are off")
    expect(cards(bob)).to_have_count(0)

    group.get_by_role("button", name="Switch on").click()
    expect(cards(bob)).to_have_count(1)
