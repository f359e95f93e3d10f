"""What people do, told as stories in a real browser."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import messages, send

SENT = ".msg[data-state=stored]"


def test_two_people_talk(alice, bob):
    send(alice, "Hello **Bob**, 안녕하세요")
    expect(bob.locator(".log .msg .prose")).to_have_text(["Hello Bob, 안녕하세요"])

    send(bob, "@Alice Kim hello")
    expect(alice.locator(".log .msg .prose")).to_have_text(["Hello Bob, 안녕하세요", "@Alice Kim hello"])
    expect(alice.locator(".log .msg.is-mention")).to_have_count(1)

    bob.focus("#composer")
    bob.press("#composer", "ArrowUp")
    bob.fill("stet-editor textarea", "Hello, edited")
    bob.press("stet-editor textarea", "Enter")
    expect(alice.locator(".log .msg .prose").nth(1)).to_contain_text("Hello, edited")
    assert messages(alice)[0] == messages(bob)[0]


def test_who_was_offline_sees_posts_edits_and_deletions_without_a_reload(alice, bob, server):
    for text in ("first", "second", "third"):
        send(alice, text)
    expect(bob.locator(".log .msg .prose")).to_have_text(["first", "second", "third"])

    bob.context.set_offline(True)
    bob.evaluate("() => window.dispatchEvent(new Event('offline'))")
    change(alice, "second", text="second, edited")
    change(alice, "third", text=None)
    send(alice, "fourth")
    expect(alice.locator(".log .msg .prose").last).to_have_text("fourth")
    bob.context.set_offline(False)

    expect(bob.locator(".log .msg .prose").last).to_have_text("fourth", timeout=30_000)
    expect(bob.locator(".log .tomb")).to_have_count(1)
    assert texts(bob) == texts(alice)


def test_the_page_goes_on_by_itself_after_the_server_was_killed_between_two_sends(alice, bob, server):
    send(alice, "before")
    expect(alice.locator(SENT)).to_have_count(1)
    server.kill()
    server.start()
    send(alice, "after")

    for page in (alice, bob):
        expect(page.locator(".log .msg .prose")).to_have_text(["before", "after"], timeout=30_000)
    expect(alice.locator(SENT)).to_have_count(2, timeout=30_000)


def test_a_send_during_an_outage_waits_survives_a_reload_and_arrives_once(alice, bob, server):
    send(alice, "before")
    expect(bob.locator(".log .msg .prose")).to_have_text(["before"])
    alice.context.route(re.compile(r"/api/rooms/\d+/messages$"), lambda route: route.abort())
    server.kill()
    send(alice, "written in the dark")
    send(alice, "and in order")
    expect(alice.locator(".msg[data-state=queued]")).to_have_count(2, timeout=30_000)

    server.start()
    alice.reload()
    expect(alice.locator(".log .msg .prose")).to_have_text(["before", "written in the dark", "and in order"])
    alice.context.unroute_all()

    for page in (alice, bob):
        expect(page.locator(".log .msg .prose")).to_have_text(
            ["before", "written in the dark", "and in order"], timeout=40_000
        )
    expect(alice.locator(SENT)).to_have_count(3, timeout=40_000)
    alice.reload()
    expect(alice.locator(".log .msg .prose")).to_have_text(["before", "written in the dark", "and in order"])


def test_enter_while_composing_hangul_never_sends(alice):
    alice.focus("#composer")
    keyboard = alice.context.new_cdp_session(alice)
    keyboard.send("Input.imeSetComposition", {"text": "한", "selectionStart": 1, "selectionEnd": 1})
    keyboard.send(
        "Input.dispatchKeyEvent",
        {"type": "keyDown", "key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229},
    )
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": "Enter", "code": "Enter"})
    expect(alice.locator("#composer")).to_have_value("한")
    expect(alice.locator(".log .msg")).to_have_count(0)

    keyboard.send("Input.insertText", {"text": "한글"})
    alice.press("#composer", "Enter")
    expect(alice.locator(".log .msg .prose")).to_have_text(["한글"])


def test_the_main_screen_speaks_korean_and_fits_a_phone(alice, server, new_page):
    send(alice, "hello")
    expect(alice.locator(SENT)).to_have_count(1)
    alice.evaluate(
        """async () => {
            const csrf = JSON.parse(document.getElementById("boot").textContent).csrf_token;
            const headers = {"Content-Type": "application/json", "X-CSRF-Token": csrf};
            await fetch("/api/me", {method: "PATCH", headers, body: '{"language": "ko"}'});
        }"""
    )
    alice.set_viewport_size({"width": 390, "height": 844})
    alice.reload()

    expect(alice.locator("html")).to_have_attribute("lang", "ko")
    expect(alice.locator("#composer")).to_have_attribute("placeholder", re.compile("메시지"))
    overflow = alice.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0


def change(page, old, *, text):
    """Edit or delete the message with this text, as its author, while somebody else is away."""
    page.evaluate(
        """async ([old, text]) => {
            const row = [...document.querySelectorAll(".log .msg")].find(row =>
                row.querySelector(".prose")?.textContent.trim() === old);
            const csrf = JSON.parse(document.getElementById("boot").textContent).csrf_token;
            const headers = {"Content-Type": "application/json", "X-CSRF-Token": csrf};
            const method = text === null ? "DELETE" : "PATCH";
            const body = text === null ? undefined : JSON.stringify({text, base_version: 1});
            const answer = await fetch(`/api/messages/${row.dataset.id}`, {method, headers, body});
            if (!answer.ok) throw new Error(await answer.text());
        }""",
        [old, text],
    )


def texts(page):
    """Return what the timeline says, marks of my own left out."""
    return [re.sub(r"\s*\(edited\)$", "", text) for text in messages(page)]
