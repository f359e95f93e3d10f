"""Being told: mentions in a list, notifications while nobody looks, and none where they are not wanted."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import send

LOOKING_AWAY = """
window.told = [];
window.Notification = class extends EventTarget {
  static permission = "granted";
  static requestPermission = async () => "granted";
  constructor(title, options) {
    super();
    this.note = {title, body: options.body, tag: options.tag, isClosed: false};
    window.told.push(this.note);
  }
  close() { this.note.isClosed = true; }
};
window.isLooking = true;
document.hasFocus = () => window.isLooking;
"""


def look_away(page: Any) -> None:
    page.evaluate("() => { window.isLooking = false; window.dispatchEvent(new Event('blur')); }")


def told(page: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("() => window.told")
    return found


def wait_until_told(page: Any, count: int) -> list[dict[str, Any]]:
    for _ in range(100):
        if len(told(page)) >= count:
            break
        page.wait_for_timeout(100)
    assert len(told(page)) == count, told(page)
    return told(page)


def test_bob_is_told_of_what_calls_him_and_of_nothing_else(alice: Any, bob: Any) -> None:
    bob.add_init_script(LOOKING_AWAY)
    bob.reload()
    bob.wait_for_selector("#composer")
    look_away(bob)

    send(alice, "nobody in particular")
    send(alice, "@Bob Lee could you look at this?")

    note = wait_until_told(bob, 1)[0]
    assert re.fullmatch("Alice Kim in #.+", note["title"])
    assert note["body"].startswith("@Bob Lee could you look at this?")

    # Deleted: it leaves the screen.
    alice.locator(".msg", has_text="could you look").last.hover()
    alice.evaluate(
        """async () => {
            const csrf = JSON.parse(document.getElementById("boot").textContent).csrf_token;
            const id = [...document.querySelectorAll(".msg[data-id]")].at(-1).dataset.id;
            await fetch(`/api/messages/${id}`, {method: "DELETE", headers: {"X-CSRF-Token": csrf}});
        }"""
    )
    expect(bob.locator(".tomb")).to_be_visible()
    bob.wait_for_timeout(300)
    assert told(bob)[0]["isClosed"]

    # Muted: nothing more comes, and the mention still counts.
    bob.click("button[aria-label='Room menu']")
    bob.click("[role=menuitem]:has-text('Notifications')")
    bob.click("[role=menuitem]:has-text('Mute')")
    expect(bob.locator(".nav-item.is-muted")).to_be_visible()
    send(alice, "@Bob Lee are you there?")
    expect(bob.locator(".nav-item[href='/mentions'] .badge")).to_have_text(re.compile("1"))
    bob.wait_for_timeout(1200)
    assert len(told(bob)) == 1

    # The list of mentions has what is left, and leads to the message.
    bob.click(".nav-item[href='/mentions']")
    entry = bob.locator(".entry")
    expect(entry).to_have_count(1)
    expect(entry).to_contain_text("are you there?")
    entry.click()
    expect(bob.locator(".msg.is-mention")).to_contain_text("are you there?")


def test_nobody_is_told_while_they_look_or_rest(alice: Any, bob: Any) -> None:
    bob.add_init_script(LOOKING_AWAY)
    bob.reload()
    bob.wait_for_selector("#composer")

    send(alice, "@Bob Lee one")
    expect(bob.locator(".msg", has_text="one")).to_be_visible()
    bob.wait_for_timeout(1000)
    assert told(bob) == []

    look_away(bob)
    bob.click("button[aria-label='Pause notifications']")
    bob.click("[role=menuitem]:has-text('For 1 hour')")
    expect(bob.locator("button[aria-label='Pause notifications'][aria-pressed=true]")).to_be_visible()
    send(alice, "@Bob Lee two")
    expect(bob.locator(".msg", has_text="two")).to_be_visible()
    bob.wait_for_timeout(1000)
    assert told(bob) == []


def test_two_tabs_tell_once_and_not_while_one_is_looked_at(alice: Any, bob: Any) -> None:
    bob.context.add_init_script(LOOKING_AWAY)
    bob.reload()
    bob.wait_for_selector("#composer")
    other = bob.context.new_page()
    other.goto("/")
    other.wait_for_selector("#composer")
    look_away(bob)

    send(alice, "@Bob Lee one")
    expect(other.locator(".msg", has_text="one")).to_be_visible()
    other.wait_for_timeout(1200)
    assert told(bob) + told(other) == []

    look_away(other)
    send(alice, "@Bob Lee two")
    expect(bob.locator(".msg", has_text="two")).to_be_visible()
    bob.wait_for_timeout(1500)
    assert len(told(bob) + told(other)) == 1


def test_calls_and_rooms_are_completed_and_strangers_offered(alice: Any, bob: Any) -> None:
    alice.fill("#composer", "")
    alice.type("#composer", "lunch @ro")
    alice.locator(".ac .opt", has_text="room").wait_for()
    alice.keyboard.press("Enter")
    assert alice.input_value("#composer") == "lunch @room "
    alice.keyboard.press("Enter")
    expect(bob.locator(".mention[data-call=room]")).to_be_visible()
    expect(bob.locator(".msg.is-mention")).to_have_count(1)

    alice.click("button[aria-label='Add a room']")
    alice.click("text=Create a room")
    alice.fill("dialog [name=name]", "launch")
    alice.press("dialog [name=name]", "Enter")
    expect(alice.locator("#room-title")).to_contain_text("launch")
    send(alice, "@Bob Lee is not here, see #launch")
    expect(alice.locator(".roomref")).to_have_text("#launch")
    alice.click(".strangers button:has-text('Add to the room')")
    expect(bob.locator(".nav-item", has_text="launch")).to_be_visible()
    expect(alice.locator(".strangers")).to_have_count(0)
