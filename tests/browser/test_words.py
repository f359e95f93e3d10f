"""Writing with care: completions, marks, emoji, in a real browser."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import send
from tests.files import picture


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


def test_an_emoji_is_found_in_the_picker_by_the_keyboard_and_typed_by_its_name(alice):
    field = alice.locator("#composer")
    field.focus()
    alice.get_by_role("button", name="Emoji", exact=True).click()
    search = alice.get_by_role("combobox", name="Search emoji")
    expect(search).to_be_focused()
    search.press_sequentially("파티")
    expect(alice.locator("#emoji-0")).to_have_attribute("aria-label", "party popper")
    search.press("Enter")
    expect(field).to_have_value("🎉")
    expect(field).to_be_focused()
    field.press_sequentially(" :rocke")
    expect(alice.get_by_role("option").first).to_contain_text(":rocket:")
    field.press("Enter")
    expect(field).to_have_value("🎉 🚀 ")
    field.press("Control+z")
    expect(field).to_have_value("🎉 :rocke")
    field.press("Escape")

    alice.get_by_role("button", name="Emoji", exact=True).click()
    expect(alice.locator("#emoji-0")).to_have_attribute("aria-label", "rocket")
    search.press("ArrowDown")
    search.press("Escape")
    expect(alice.get_by_role("dialog")).to_have_count(0)


def test_what_is_typed_before_the_emoji_have_come_is_picked_when_they_come(alice):
    alice.evaluate("""() => {
        const fetched = window.fetch;
        const isLet = new Promise(let_ => { window.letEmojiCome = let_; });
        window.fetch = async (...asked) => {
            if (String(asked[0]).includes("emoji.json")) await isLet;
            return fetched(...asked);
        };
    }""")
    field = alice.locator("#composer")
    field.focus()
    alice.get_by_role("button", name="Emoji", exact=True).click()
    alice.get_by_role("combobox", name="Search emoji").press_sequentially("파티")
    alice.keyboard.press("Enter")
    expect(field).to_have_value("")
    alice.evaluate("window.letEmojiCome()")
    expect(field).to_have_value("🎉")
    expect(field).to_be_focused()


def test_who_wrote_tasks_ticks_them_and_everybody_sees_it(alice, bob):
    send(alice, "- [ ] buy milk :tada:")
    box = bob.get_by_role("checkbox", name="buy milk 🎉")
    expect(box).to_be_disabled()
    alice.get_by_role("checkbox", name="buy milk 🎉").click()
    expect(box).to_be_checked()
    expect(bob.locator(".log .edited")).to_have_count(1)


def test_a_member_adds_an_emoji_and_another_reacts_with_it(alice, bob, tmp_path):
    file = tmp_path / "our cat.png"
    file.write_bytes(picture((64, 64)))
    alice.get_by_role("button", name="Emoji", exact=True).click()
    alice.get_by_role("button", name="Emoji of this workspace").click()
    alice.set_input_files(".emoji-form input[type=file]", file)
    expect(alice.locator("#emoji-name")).to_have_value("our-cat")
    alice.get_by_role("button", name="Add", exact=True).click()
    expect(alice.get_by_text("Added by Alice Kim")).to_be_visible()
    alice.keyboard.press("Escape")

    send(alice, "look :our-cat:")
    shown = bob.locator(".prose img.emoji[alt=':our-cat:']")
    expect(shown).to_have_attribute("src", re.compile("/emoji/"))
    bob.locator(".log .msg").last.focus()
    bob.keyboard.press("r")
    bob.keyboard.type("our-c")
    bob.keyboard.press("Enter")
    chip = alice.locator(".chip[data-emoji=':our-cat:']")
    expect(chip.locator("img")).to_be_visible()
    chip.hover()
    expect(alice.locator(".tip")).to_contain_text("Bob Lee")

    alice.get_by_role("button", name="Emoji", exact=True).click()
    alice.get_by_role("button", name="Emoji of this workspace").click()
    alice.get_by_role("button", name="Remove :our-cat:").click()
    alice.get_by_role("button", name="Remove", exact=True).click()
    expect(shown).to_have_count(0)
    expect(bob.locator(".log .prose").last).to_have_text("look :our-cat:")


def test_formats_lists_and_paste_are_one_step_each_for_ctrl_z(alice):
    field = alice.locator("#composer")
    alice.get_by_role("button", name="Formatting").click()
    bar = alice.get_by_role("toolbar", name="Formatting")
    field.press_sequentially("buy milk")
    field.press("Control+a")
    bar.get_by_role("button", name="Bold").click()
    expect(field).to_have_value("**buy milk**")
    bar.get_by_role("button", name="Tasks").click()
    expect(field).to_have_value("- [ ] **buy milk**")
    field.press("Control+z")
    expect(field).to_have_value("**buy milk**")
    field.press("Control+y")
    field.press("End")
    field.press("Shift+Enter")
    field.press_sequentially("bread")
    field.press("Tab")
    expect(field).to_have_value("- [ ] **buy milk**\n  - [ ] bread")
    field.press("Shift+Enter")
    field.press("Shift+Enter")
    expect(field).to_have_value("- [ ] **buy milk**\n  - [ ] bread\n")

    field.fill("the plan")
    field.press("Control+a")
    paste(field, "https://example.com/plan", "")
    expect(field).to_have_value("[the plan](https://example.com/plan)")
    field.press("Control+z")
    expect(field).to_have_value("the plan")
    field.press("Control+a")
    paste(field, "Title\none", "<h1>Title</h1><ul><li>one <b>two</b></li></ul>")
    expect(field).to_have_value("# Title\n- one **two**")

    alice.reload()
    expect(bar).to_be_visible()


def paste(field, text, markup):
    """Paste as the browser would, which takes the text in by itself when nobody else does."""
    field.evaluate(
        """(field, [text, markup]) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            if (markup) data.setData("text/html", markup);
            const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
            if (field.dispatchEvent(event)) document.execCommand("insertText", false, text);
        }""",
        [text, markup],
    )
