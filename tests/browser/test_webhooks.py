"""Webhooks, as people make and see them."""

import re
import urllib.request

from playwright.sync_api import expect


def post_to(address, body):
    with urllib.request.urlopen(urllib.request.Request(address, data=body.encode())) as answer:
        return answer.read().decode()


def test_a_program_posts_as_a_bot_until_its_address_is_replaced(alice, bob):
    alice.goto("/admin/people")
    alice.get_by_role("link", name="Webhooks").click()
    alice.get_by_label("Name of the new webhook").fill("Deploys")
    alice.get_by_role("button", name="Create webhook").click()
    address = alice.get_by_label("Address of the webhook").input_value()
    command = alice.get_by_label("Command for a terminal").input_value()
    alice.get_by_role("button", name="Copy").first.click()
    expect(alice.get_by_role("button", name="Copied")).to_be_visible()

    assert command.endswith(address)
    assert post_to(address, '{"text": "*Deployed* <https://a.example|1.4.2>"}') == "ok"

    message = bob.locator(".log .msg", has_text="Deployed 1.4.2")
    expect(message.locator(".msg-meta")).to_contain_text("DeploysBot")
    message.locator(".msg-author").click()
    card = bob.get_by_role("dialog", name="Deploys")
    expect(card).to_contain_text("Posts through a webhook")
    expect(card.get_by_role("button", name="Message")).to_have_count(0)
    bob.keyboard.press("Escape")
    bob.fill("#composer", "@Depl")
    expect(bob.locator("#composer")).to_have_value("@Depl")
    expect(bob.get_by_role("option", name="Deploys")).to_have_count(0)

    alice.goto("/admin/webhooks")
    expect(alice.locator(".hook-row")).to_contain_text("used 1 time")
    alice.get_by_label("Actions for Deploys").click()
    alice.get_by_role("button", name="New address").click()
    alice.get_by_role("dialog").get_by_role("button", name="New address").click()
    expect(alice.get_by_label("Address of the webhook")).not_to_have_value(address)
    renewed = alice.get_by_label("Address of the webhook").input_value()
    assert post_to(renewed, '{"text": "again"}') == "ok"
    alice.get_by_label("Actions for Deploys").click()
    alice.get_by_role("button", name="Delete").click()
    alice.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(alice.locator(".hook-row")).to_have_count(0)


def test_an_outgoing_webhook_is_made_with_its_secret_and_deleted(alice):
    alice.goto("/admin/webhooks")
    alice.get_by_label("Name of the new outgoing webhook").fill("Archive")
    alice.get_by_label("Address", exact=True).fill("http://10.0.0.1/in")
    alice.get_by_role("button", name="Create outgoing webhook").click()
    expect(alice.get_by_role("alert")).to_contain_text("not a public web address")
    expect(alice.get_by_label("Name of the new outgoing webhook")).to_have_value("Archive")

    alice.get_by_label("Address", exact=True).fill("http://1.1.1.1/in")
    alice.get_by_role("checkbox", name="Reaction added").check()
    alice.get_by_role("button", name="Create outgoing webhook").click()
    expect(alice.get_by_label("Secret of the webhook")).to_have_value(re.compile("^whsec_.{44}$"))
    made = alice.locator("#outgoing-1")
    expect(made).to_contain_text("every open room · Message deleted, Message edited, Message posted, Reaction added")

    alice.get_by_label("Actions for Archive").click()
    alice.get_by_role("button", name="Switch off").click()
    expect(made).to_contain_text("Switched off")
    alice.get_by_label("Actions for Archive").click()
    alice.get_by_role("button", name="Delete").click()
    alice.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(made).to_have_count(0)
