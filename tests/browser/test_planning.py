"""What is typed and not sent, what goes out later, reminders, polls and commands, in a real browser."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, messages, send
from tests.browser.test_keeping import choose, write


def say(page, text):
    """Type into the field as a person does, key by key."""
    page.locator("#composer").press_sequentially(text)


def sign_in_again(new_page, email):
    """Return the page of somebody in one more browser."""
    page = new_page()
    page.goto("/sign-in")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#composer")
    return page


def test_a_draft_follows_to_another_device_and_interrupts_nobody(alice, server, new_page):
    laptop, phone = alice, sign_in_again(new_page, "alice@example.com")
    say(laptop, "half a sentence")

    expect(phone.locator("#composer")).to_have_value("half a sentence")
    phone.fill("#composer", "half a sentence, finished on the phone")
    phone.locator("#composer").blur()
    # The laptop has the focus and a text in the field: it is left alone until the person leaves it.
    laptop.locator("#composer").focus()
    laptop.wait_for_timeout(2_500)
    laptop.locator("#composer").blur()
    expect(laptop.locator("#composer")).to_have_value("half a sentence, finished on the phone")

    laptop.press("#composer", "Enter")
    expect(phone.locator("#composer")).to_have_value("")
    assert messages(laptop)[-1] == "half a sentence, finished on the phone"


def test_a_quote_belongs_to_the_draft_and_is_let_go_of_once_it_is_gone(alice, server, new_page):
    laptop, phone = alice, sign_in_again(new_page, "alice@example.com")
    send(laptop, "shall we?")
    choose(laptop, "shall we?", "Quote in reply")
    say(laptop, "we shall")

    for page in (phone, laptop):
        expect(page.locator("#composer")).to_have_value("we shall")
        expect(page.locator(".quoting")).to_contain_text("shall we?")
    laptop.reload()
    expect(laptop.locator(".quoting")).to_contain_text("shall we?")

    write(phone, "DELETE", "/api/messages/1")
    for page in (laptop, phone):
        expect(page.locator(".quoting")).to_contain_text("What you quoted is gone")
    laptop.get_by_role("button", name="Do not quote").click()
    expect(phone.locator(".quoting")).to_have_count(0)
    expect(phone.locator("#composer")).to_have_value("we shall")


def test_a_message_goes_out_later_or_not_at_all(alice):
    say(alice, "good morning")
    alice.get_by_role("button", name="Send later").click()
    alice.get_by_role("menuitem", name=re.compile("^Tomorrow")).click()
    expect(alice.locator("#composer")).to_have_value("")

    alice.get_by_role("link", name="Drafts and unsent").click()
    row = alice.locator(".plan-row", has_text="good morning")
    expect(row).to_contain_text("Tomorrow")
    row.get_by_role("button", name="Change").click()
    alice.fill("#scheduled-text", "good evening")
    alice.get_by_role("button", name="Save").click()
    alice.locator(".plan-row", has_text="good evening").get_by_role("button", name="Send now").click()
    expect(alice.get_by_text("Everything you wrote was sent.")).to_be_visible()
    alice.go_back()
    expect(alice.locator(".log .msg").last).to_contain_text("good evening")


def test_commands_are_offered_carried_out_and_refused_in_place(alice, bob):
    say(alice, "/rem")
    expect(alice.get_by_role("option")).to_have_count(2)
    alice.press("#composer", "Enter")
    expect(alice.locator("#composer")).to_have_value("/remind ")
    say(alice, "me in 20 minutes to check the oven")
    expect(alice.locator(".cmd-note")).to_contain_text("Reminds you")
    alice.press("#composer", "Enter")
    expect(alice.locator("#composer")).to_have_value("")
    alice.get_by_role("link", name="Reminders").click()
    expect(alice.locator(".plan-row")).to_contain_text("check the oven")
    alice.get_by_role("button", name="Remove").click()
    expect(alice.get_by_text("There is nothing to remind you of.")).to_be_visible()
    alice.go_back()

    send(alice, "/tipoc releases")
    expect(alice.get_by_role("alert")).to_contain_text("There is no command /tipoc.")
    expect(alice.locator("#composer")).to_have_value("/tipoc releases")
    alice.get_by_role("button", name="Send as text").click()
    expect(alice.locator(".log .msg").last).to_contain_text("/tipoc releases")

    send(alice, "/remind me of tea")
    expect(alice.get_by_role("alert")).to_contain_text("When?")
    send(alice, "/topic releases and nothing else")
    expect(bob.locator(".room-head")).to_contain_text("releases and nothing else")
    send(alice, "//topic is a command")
    expect(alice.locator(".log .msg").last).to_contain_text("/topic is a command")
    send(alice, "/shrug well")
    expect(bob.locator(".log .msg").last).to_contain_text("well ¯\\_(ツ)_/¯")


def test_a_reminder_falls_due_and_stays_until_it_is_done(alice):
    alice.evaluate(
        """async () => {
            const csrf = JSON.parse(document.getElementById("boot").textContent).csrf_token;
            const headers = {"Content-Type": "application/json", "X-CSRF-Token": csrf};
            const body = JSON.stringify({text: "tea", due_at: new Date().toISOString()});
            await fetch("/api/reminders", {method: "POST", headers, body});
        }"""
    )
    expect(alice.locator(".toast")).to_contain_text("Reminder: tea", timeout=25_000)
    alice.locator(".toast").get_by_role("button", name="Show").click()
    alice.get_by_role("button", name="Done").click()
    expect(alice.get_by_text("There is nothing to remind you of.")).to_be_visible()


def test_a_poll_is_asked_voted_in_and_closed(alice, bob):
    send(alice, '/poll "Lunch?" "noodles" "rice"')
    for page in (alice, bob):
        expect(page.get_by_role("group", name="Lunch?")).to_be_visible()

    bob.get_by_role("radio", name="rice").check()
    expect(alice.locator(".poll-option", has_text="rice")).to_contain_text("1 vote")
    expect(alice.locator(".poll-option", has_text="rice")).to_contain_text("Bob Lee")
    alice.get_by_role("radio", name="noodles").check()
    expect(bob.locator(".poll-foot")).to_contain_text("2 people voted")
    bob.get_by_role("button", name="Take my vote back").click()
    expect(alice.locator(".poll-foot")).to_contain_text("1 person voted")
    bob.reload()
    expect(bob.locator(".poll-foot")).to_contain_text("1 person voted")

    alice.get_by_role("button", name="Close the poll").click()
    expect(bob.get_by_role("radio", name="rice")).to_be_disabled()


def test_an_anonymous_poll_is_asked_in_the_dialog_and_shows_me_my_own_vote(alice, bob):
    alice.get_by_role("button", name="Ask with a poll").click()
    alice.fill("#poll-option-1", " ")
    alice.get_by_role("button", name="Ask", exact=True).click()
    expect(alice.get_by_role("dialog").locator(".field .error")).to_have_text(["Fill this in."] * 3)
    expect(alice.locator("#poll-question")).to_be_focused()
    expect(alice.locator("#poll-question")).to_have_accessible_description("Fill this in.")
    alice.fill("#poll-question", "Who brings cake?")
    alice.fill("#poll-option-1", "me")
    alice.fill("#poll-option-2", "somebody else")
    alice.get_by_label("Nobody sees who voted what").check()
    alice.get_by_role("button", name="Ask", exact=True).click()

    bob.get_by_role("radio", name="somebody else").check()
    expect(alice.locator(".poll-foot")).to_contain_text("1 person voted")
    assert "Bob" not in alice.locator(".poll").inner_text()
    bob.reload()
    expect(bob.get_by_role("radio", name="somebody else")).to_be_checked()
