"""What somebody hears and reaches who does not look at the page."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import send

HEAR = """() => {
    window.heard = [];
    const region = document.getElementById("announcer");
    new MutationObserver(() => { if (region.textContent) heard.push(region.textContent); })
        .observe(region, { childList: true, characterData: true, subtree: true });
}"""


def test_every_new_message_is_heard_once_and_my_own_not_at_all(alice, bob):
    send(bob, "before")
    expect(alice.locator(".log .msg")).to_have_count(1)
    expect(alice.locator("#announcer")).to_have_text("1 new from Bob Lee in lobby")
    expect(alice.locator("#announcer")).to_be_empty(timeout=10_000)
    alice.evaluate(HEAR)

    for text in ("one", "two", "three"):
        send(bob, text)
    send(alice, "my own")
    expect(alice.locator(".log .msg")).to_have_count(5)
    alice.wait_for_timeout(3000)

    heard = alice.evaluate("() => heard")
    counts = [int(n) for sentence in heard for n in re.findall(r"(\d+) new from Bob Lee in lobby", sentence)]
    assert sum(counts) == 3, heard
    assert not any("Alice" in sentence for sentence in heard)
    expect(alice.locator("[role=log]")).to_have_attribute("aria-live", "off")
    # Nothing old is left to be met at the end of the page.
    expect(alice.locator("#announcer")).to_be_empty(timeout=10_000)


def test_the_first_tab_stop_leads_to_the_message_field_and_dialogs_give_the_focus_back(alice):
    first = alice.evaluate("() => document.body.querySelector('a[href], button, input, textarea').className")
    assert first == "skip"
    alice.locator(".skip").focus()
    alice.keyboard.press("Enter")
    expect(alice.locator("#composer")).to_be_focused()

    opener = alice.get_by_role("button", name="New direct message")
    opener.focus()
    alice.keyboard.press("Enter")
    expect(alice.get_by_role("dialog")).to_be_visible()
    alice.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_the_page_has_its_landmarks_and_one_heading_of_the_first_level(alice):
    expect(alice.get_by_role("navigation", name="Rooms and people")).to_have_count(1)
    expect(alice.get_by_role("main")).to_have_count(1)
    expect(alice.get_by_role("heading", level=1)).to_have_text(re.compile("lobby"))
    expect(alice.get_by_role("log", name="Messages in lobby")).to_have_count(1)
