"""Pins, saved messages, quotes, forwarded messages, links and the history of edits, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, invite_link, send

CARD = ".log .msg .card"


@pytest.fixture
def carol(alice, server, new_page):
    """Return the page of Carol, who is in the lobby and nowhere else."""
    page = new_page()
    page.goto(invite_link(alice))
    page.fill("[name=name]", "Carol Park")
    page.fill("[name=email]", "carol@example.com")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#composer")
    return page


def write(page, method, path, body=None):
    """Ask the API as the person of the page."""
    return page.evaluate(
        """async ([method, path, body]) => {
            const csrf = JSON.parse(document.getElementById("boot").textContent).csrf_token;
            const headers = {"Content-Type": "application/json", "X-CSRF-Token": csrf};
            const answer = await fetch(path, {method, headers, body: body && JSON.stringify(body)});
            if (!answer.ok) throw new Error(await answer.text());
            return await answer.json();
        }""",
        [method, path, body],
    )


def me(page):
    return page.evaluate("() => JSON.parse(document.getElementById('boot').textContent).user.id")


def between(alice, bob):
    """Make a closed room of the two, and return its id."""
    body = {"kind": "closed", "name": "plans", "member_ids": [me(bob)]}
    return write(alice, "POST", "/api/rooms", body)["room"]["id"]


def say(page, room_id, text):
    return write(page, "POST", f"/api/rooms/{room_id}/messages", {"text": text})["message"]["id"]


def row(page, text):
    return page.locator(".log .msg", has_text=text).first


def choose(page, text, entry):
    """Choose an entry of the menu of a message."""
    row(page, text).hover()
    row(page, text).locator("[data-act=more]").click()
    page.get_by_role("menuitem", name=entry).click()


def test_a_pin_is_found_by_everybody_and_leads_to_its_message(alice, bob):
    for number in range(60):
        say(alice, 1, f"number {number} of sixty")
    choose(alice, "number 59 of sixty", "Pin to this room")
    write(alice, "PUT", "/api/messages/1/pin")

    expect(row(bob, "number 59 of sixty").locator(".kept-marks")).to_have_text("Pinned by Alice Kim")
    bob.get_by_role("button", name="2 pinned messages").click()
    items = bob.locator(".pane .kept-item")
    expect(items).to_have_count(2)
    bob.get_by_role("link", name="Go to the message by Alice Kim").first.click()
    expect(bob.locator("#m-1")).to_be_in_viewport()
    expect(bob).to_have_url(re.compile(r"/rooms/1/messages/1\?pane=pins"))

    items.last.get_by_role("button", name="Take the pin away").click()
    expect(items).to_have_count(1)
    write(alice, "DELETE", "/api/messages/1")
    expect(bob.locator(".pane .kept-none")).to_contain_text("Nothing is pinned here")
    expect(bob.locator(".pins-btn")).to_have_count(0)


def test_what_i_save_on_one_device_is_saved_on_the_other_and_for_nobody_else(alice, bob, new_page, server):
    send(alice, "read this one")
    send(alice, "and this one")
    phone = new_page()
    phone.goto("/sign-in")
    phone.fill("[name=email]", "bob@example.com")
    phone.fill("[name=password]", PASSWORD)
    phone.press("[name=password]", "Enter")
    phone.wait_for_selector("#composer")

    row(bob, "read this one").hover()
    bob.get_by_role("button", name="Save for later").click()
    expect(row(phone, "read this one").locator(".kept-marks")).to_have_text("Saved for later")
    expect(row(alice, "read this one").locator(".kept-marks")).to_have_count(0)

    phone.locator(".nav-item", has_text="Saved messages").click()
    expect(phone.locator(".kept-item")).to_contain_text(["read this one"])
    row(bob, "and this one").focus()
    bob.keyboard.press("s")
    expect(phone.locator(".kept-item")).to_contain_text(["and this one", "read this one"])
    phone.get_by_role("button", name="Mark as done").first.click()
    expect(phone.locator(".kept-item")).to_contain_text(["read this one"])
    expect(bob.locator(".kept-marks")).to_have_count(1)
    phone.get_by_role("tab", name="Done").click()
    expect(phone.locator(".kept-item")).to_contain_text(["and this one"])

    write(alice, "DELETE", "/api/messages/1")
    phone.get_by_role("tab", name="To do").click()
    expect(phone.locator(".kept-item")).to_contain_text(["Alice Kim deleted a message"])


def test_a_link_has_a_card_for_who_may_see_its_message_and_nothing_for_others(alice, bob, carol, server):
    plans = between(alice, bob)
    secret = say(alice, plans, "the **secret** plan")
    send(alice, f"look at {server.url}/rooms/{plans}/messages/{secret}")

    expect(bob.locator(CARD)).to_contain_text("the secret plan")
    expect(row(carol, "look at")).to_be_visible()
    expect(carol.locator(CARD)).to_have_count(0)
    assert "secret" not in carol.content()

    write(alice, "PATCH", f"/api/messages/{secret}", {"text": "another plan", "base_version": 1})
    expect(bob.locator(CARD)).to_contain_text("another plan")
    bob.locator(f"{CARD} .card-link").click()
    expect(bob.locator(f"#m-{secret}")).to_be_in_viewport()
    bob.go_back()

    write(alice, "DELETE", f"/api/messages/{secret}")
    expect(bob.locator(CARD)).to_have_count(0)


def test_a_quote_goes_with_what_it_quotes(alice, bob):
    send(alice, "shall we?")
    choose(bob, "shall we?", "Quote in reply")
    expect(bob.locator(".quoting")).to_contain_text("shall we?")
    bob.get_by_role("button", name="Do not quote").click()
    expect(bob.locator(".quoting")).to_have_count(0)

    row(bob, "shall we?").focus()
    bob.keyboard.press("q")
    expect(bob.locator("#composer")).to_be_focused()
    send(bob, "yes")
    expect(bob.locator(".quoting")).to_have_count(0)
    expect(alice.locator(CARD)).to_contain_text("shall we?")

    write(alice, "DELETE", "/api/messages/1")
    for page in (alice, bob):
        expect(page.locator(CARD)).to_have_text("This message was deleted.")


def test_what_is_forwarded_is_seen_by_who_may_see_it_and_words_of_my_own_by_all(alice, bob, carol):
    plans = between(alice, bob)
    say(alice, plans, "only for us")
    alice.locator(".nav-item", has_text="plans").click()
    choose(alice, "only for us", "Forward…")
    alice.get_by_label("Room or person").fill("lobby")
    alice.keyboard.press("Enter")
    expect(alice.locator(".forward-reach")).to_contain_text("1 person there is not in #plans")
    alice.get_by_label("Comment").fill("look")
    alice.get_by_role("button", name="Forward", exact=True).click()

    expect(bob.locator(CARD)).to_contain_text("only for us")
    expect(carol.locator(CARD)).to_have_text("A message from a room that you are not in")
    assert "only for us" not in carol.content()

    choose(alice, "only for us", "Forward…")
    alice.get_by_label("Room or person").fill("lobby")
    alice.keyboard.press("Enter")
    alice.get_by_text("Send the words as a quotation").click()
    alice.get_by_role("button", name="Forward", exact=True).click()
    expect(carol.locator(".log blockquote")).to_contain_text("only for us")


def test_the_mark_of_an_edit_opens_what_it_said_before(alice, bob):
    send(alice, "it starts at ten")
    expect(row(bob, "it starts at ten")).to_be_visible()
    write(alice, "PATCH", "/api/messages/1", {"text": "it starts at eleven", "base_version": 1})
    bob.get_by_role("button", name="(edited)").click()

    newest = bob.locator("dialog .version").first
    expect(newest.locator("del")).to_have_text("ten")
    expect(newest.locator("ins")).to_have_text("eleven")
    write(alice, "PATCH", "/api/messages/1", {"text": "it starts at noon", "base_version": 2})
    expect(newest.locator("ins")).to_have_text("noon")
    write(alice, "DELETE", "/api/messages/1")
    expect(bob.locator("dialog")).to_contain_text("This message was deleted.")
