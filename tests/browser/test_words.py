"""Writing with care: completions, marks, emoji, in a real browser."""

from playwright.sync_api import expect

from tests.browser.conftest import send


def test_a_name_is_completed_in_the_message_field_and_in_an_edit(alice, bob):
    field = alice.locator("#composer")
    field.press_sequentially("hello @bo")
    expect(alice.get_by_role("option")).to_have_count(1)
    expect(field).to_have_attribute("aria-activedescendant", alice.get_by_role("option").get_attribute("id"))
    field.press("Enter")
    expect(field).to_have_value("hello @Bob Lee ")
    field.press("Control+z")
    expect(field).to_have_value("hello @bo")

    field.fill("")
    send(alice, "first")
    expect(bob.locator(".log .msg .prose")).to_have_text(["first"])
    field.press("ArrowUp")
    editor = alice.locator("stet-editor textarea")
    editor.press_sequentially(" @bo")
    editor.press("Tab")
    expect(editor).to_have_value("first @Bob Lee ")
    editor.press_sequentially("@al")
    editor.press("Escape")
    expect(alice.get_by_role("option")).to_have_count(0)
    editor.press("Enter")
    expect(bob.locator(".log .msg .prose")).to_contain_text(["first @Bob Lee @al"])
