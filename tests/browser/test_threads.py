"""Two people in a thread, and one person who reads on two devices."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, send


def test_two_people_talk_in_a_thread(alice, bob):
    send(alice, "When do we launch?")
    row = bob.locator("stet-timeline .msg", has_text="When do we launch?")
    row.hover()
    row.get_by_role("button", name="Reply in thread").click()
    reply(bob, "On **Friday**.")

    expect(pane(bob)).to_have_text(["When do we launch?", "On Friday."])
    expect(bob.locator("stet-timeline .msg .prose")).to_have_text(["When do we launch?"])
    expect(alice.locator(".threadlink")).to_contain_text("1 reply")
    expect(alice.locator(".threadlink .unread-note")).to_have_text("1 new")
    expect(alice.locator("a[href='/threads'] .badge")).to_contain_text("1")

    alice.locator(".threadlink").click()
    expect(pane(alice)).to_have_text(["When do we launch?", "On Friday."])
    expect(alice.locator(".threadlink .unread-note")).to_have_count(0)
    alice.get_by_label("Also send to").check()
    reply(alice, "Friday it is.")
    expect(bob.locator("stet-timeline .msg .prose")).to_have_text(["When do we launch?", "Friday it is."])
    expect(bob.locator("stet-timeline .reply-note")).to_contain_text("When do we launch?")

    alice.keyboard.press("Escape")
    expect(alice.locator(".pane")).to_have_count(0)
    expect(alice).not_to_have_url(re.compile("pane="))


def test_a_link_to_a_reply_opens_its_thread(alice, bob):
    send(alice, "When do we launch?")
    alice.locator("stet-timeline .msg[data-id]").focus()
    alice.keyboard.press("t")
    reply(alice, "On Friday.")
    expect(bob.locator(".threadlink")).to_contain_text("1 reply")
    link = alice.locator(".pane .msg", has_text="On Friday.").locator("a.msg-time").get_attribute("href")

    bob.goto(link)

    expect(pane(bob)).to_have_text(["When do we launch?", "On Friday."])
    expect(bob.locator(".pane .msg.is-target")).to_contain_text("On Friday.")


def test_a_thread_outlives_what_it_replies_to(alice, bob):
    send(alice, "When do we launch?")
    bob.locator("stet-timeline .msg[data-id]").focus()
    bob.keyboard.press("t")
    reply(bob, "On Friday.")
    mine = alice.locator("stet-timeline .msg")
    expect(alice.locator(".threadlink")).to_be_visible()
    mine.focus()
    alice.keyboard.press("Delete")
    alice.get_by_role("dialog").get_by_role("button", name="Delete").click()

    expect(bob.locator("stet-timeline .tomb")).to_be_visible()
    expect(bob.locator("stet-timeline .threadlink")).to_contain_text("1 reply")
    expect(bob.locator(".pane .tomb")).to_be_visible()
    reply(bob, "Anybody?")
    expect(pane(bob)).to_have_text(["On Friday.", "Anybody?"])


def test_the_threads_of_a_person_can_be_answered_where_they_are_listed(alice, bob):
    send(alice, "When do we launch?")
    bob.locator("stet-timeline .msg").focus()
    bob.keyboard.press("t")
    reply(bob, "On Friday.")

    alice.locator("a[href='/threads']").click()
    card = alice.locator(".thread-card")
    expect(card.locator(".badge")).to_have_text("1 new")
    card.get_by_role("button", name="Reply…").click()
    alice.keyboard.type("Good.")
    alice.keyboard.press("Enter")

    expect(pane(bob)).to_have_text(["When do we launch?", "On Friday.", "Good."])
    expect(card.locator(".badge")).to_have_count(0)
    expect(alice.locator("a[href='/threads'] .badge")).to_have_count(0)


def test_what_is_marked_unread_stays_so_on_every_device(alice, bob, new_page):
    for text in ("one", "two", "three"):
        send(alice, text)
    phone = signed_in(new_page, "bob@example.com")
    expect(phone.locator("stet-timeline .msg .prose")).to_have_text(["one", "two", "three"])
    expect(bob.locator("a[href='/unread'] .badge")).to_have_count(0)

    bob.locator("stet-timeline .msg", has_text="two").focus()
    bob.keyboard.press("u")

    for page in (bob, phone):
        expect(page.locator("a[href='/unread'] .badge")).to_contain_text("2")
        expect(page.locator("stet-timeline .newline")).to_have_count(1)
    bob.locator("a[href='/unread']").click()
    expect(bob.locator(".unread-room .msg .prose")).to_have_text(["two", "three"])
    bob.get_by_role("button", name="Mark read", exact=True).click()
    expect(phone.locator("a[href='/unread'] .badge")).to_have_count(0)
    bob.get_by_role("button", name="Undo").click()
    expect(phone.locator("a[href='/unread'] .badge")).to_contain_text("2")

    bob.keyboard.press("Shift+Escape")
    expect(phone.locator("a[href='/unread'] .badge")).to_have_count(0)


def pane(page):
    return page.locator(".pane .msg .prose")


def reply(page, text):
    field = page.locator(".pane stet-composer textarea")
    field.fill(text)
    field.press("Enter")


def signed_in(new_page, email):
    page = new_page()
    page.goto("/sign-in")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#composer")
    return page
