"""Delivery, as people see it: on a message, and for owners as a page."""

from playwright.sync_api import expect

from tests.browser.conftest import send


def open_delivery(page):
    message = page.locator(".log .msg").last
    message.hover()
    message.locator("[data-act=more]").click()
    page.get_by_role("menuitem", name="Delivery").click()
    return page.get_by_role("dialog", name="Delivery")


def test_a_message_tells_whom_it_has_reached_while_one_looks(alice, bob):
    bob.context.set_offline(True)
    bob.evaluate("() => window.dispatchEvent(new Event('offline'))")
    send(alice, "is anybody there?")
    expect(alice.locator(".msg[data-state=stored]")).to_have_count(1)

    dialog = open_delivery(alice)
    expect(dialog).to_contain_text("Stored")
    expect(dialog).to_contain_text("Read by nobody yet")
    bob.context.set_offline(False)

    expect(dialog).to_contain_text("Delivered to 1 of 1 connected person", timeout=40_000)
    alice.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_the_delivery_page_keeps_itself_up_to_date_and_says_when_it_cannot(alice, bob, server):
    page = alice.context.new_page()
    page.goto("/admin/delivery")
    newest = page.locator(".stats dd").first
    before = int(newest.inner_text().replace(",", ""))
    expect(page.locator(".clients tbody")).to_contain_text("Bob Lee")
    page.get_by_role("link", name="Back to chat").focus()

    send(bob, "hello")
    expect(newest).not_to_have_text(f"{before:,}")
    expect(page.locator("#broadcaster .state")).to_have_text("Up to date")
    expect(page.get_by_role("link", name="Back to chat")).to_be_focused()

    server.kill()
    expect(page.locator("#delivery-lost")).to_be_visible(timeout=10_000)
    server.start()
    expect(page.locator("#delivery-lost")).to_be_hidden(timeout=20_000)
    expect(page.locator(".clients tbody")).to_contain_text("Bob Lee", timeout=20_000)


def test_a_listener_is_replayed_after_a_question(alice, server):
    alice.goto("/admin/delivery")
    rebuild = alice.locator(".listener form[action$='/replay'] button").first
    name = alice.locator(".listener:has(form[action$='/replay']) h3").first.inner_text()

    rebuild.click()
    dialog = alice.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Rebuild {name}?")
    # The page goes on refreshing behind the question.
    with alice.expect_response(lambda answer: answer.url.endswith("/admin/delivery")):
        pass
    dialog.get_by_role("button", name="Rebuild").click()

    expect(alice.locator(".alert.info")).to_have_text("It begins again.")
