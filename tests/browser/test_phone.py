"""One column under a finger."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import send

SMALL = """() => [...document.querySelectorAll("button, a[href], input, select, textarea")]
    .filter(part => !part.closest("[inert], [hidden], .prose, .sr-only, .skip, .msg"))
    .map(part => [part.getAttribute("aria-label") || part.className || part.tagName, part.getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 0 && height > 0 && (width < 40 || height < 40))
    .map(([name, { width, height }]) => `${name} ${Math.round(width)}x${Math.round(height)}`)"""


@pytest.fixture
def phone(alice, server, chromium):
    """Return Alice's page on a phone."""
    context = chromium.new_context(
        base_url=server.url,
        viewport={"width": 320, "height": 640},
        has_touch=True,
        is_mobile=True,
        service_workers="block",
        storage_state=alice.context.storage_state(),
    )
    page = context.new_page()
    page.goto("/")
    page.wait_for_selector("#composer")
    yield page
    context.close()


def swipe(page, start, end, y=300):
    """Draw a finger from one place to another."""
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": start, "y": y}]})
    for step in range(1, 6):
        x = start + (end - start) * step / 5
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finger.detach()


def test_fingers_open_and_close_the_sidebar(phone):
    swipe(phone, 8, 200)
    expect(phone.locator("#app")).to_have_attribute("data-nav", "open")
    expect(phone.get_by_role("navigation")).to_be_visible()

    swipe(phone, 250, 60)
    expect(phone.locator("#app")).to_have_attribute("data-nav", "")


def test_the_field_is_one_line_until_it_is_used_and_nothing_is_too_small_for_a_finger(phone, alice):
    send(alice, "hello")
    expect(phone.locator(".log .msg")).to_have_count(1)
    field = phone.locator("#composer")
    expect(phone.get_by_role("button", name="Emoji")).to_be_hidden()
    assert phone.locator(".box").bounding_box()["height"] <= 52
    assert phone.evaluate("() => parseFloat(getComputedStyle(document.getElementById('composer')).fontSize)") >= 16

    field.tap()
    expect(phone.get_by_role("button", name="Emoji")).to_be_visible()
    expect(phone.get_by_role("button", name="Ask with a poll")).to_be_visible()

    assert phone.evaluate(SMALL) == []
    assert phone.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_the_field_stays_in_view_where_a_keyboard_lies_over_the_page(phone):
    phone.evaluate(
        """() => {
            Object.defineProperty(visualViewport, "height", { value: 340 });
            visualViewport.dispatchEvent(new Event("resize"));
        }"""
    )
    box = phone.locator(".box").bounding_box()
    assert box["y"] + box["height"] <= 340
