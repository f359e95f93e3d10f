"""Searching, from the room to the results and back, in a real browser."""

import time
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, invite_link

INDEX_SECONDS = 20
ROOM_OF_TWO = """async ([name]) => {
    const csrf = JSON.parse(document.getElementById("boot").textContent).csrf_token;
    const headers = {"Content-Type": "application/json", "X-CSRF-Token": csrf};
    const {users} = await (await fetch("/api/users")).json();
    const bob = users.find(user => user.name === "Bob Lee");
    const body = JSON.stringify({kind: "closed", name, member_ids: [bob.id]});
    const answer = await fetch("/api/rooms", {method: "POST", headers, body});
    return (await answer.json()).room.id;
}"""
POST = """async ([roomId, texts]) => {
    const csrf = JSON.parse(document.getElementById("boot").textContent).csrf_token;
    for (const text of texts) {
        const headers = {"Content-Type": "application/json", "X-CSRF-Token": csrf};
        headers["Idempotency-Key"] = crypto.randomUUID();
        const body = JSON.stringify({text});
        const answer = await fetch(`/api/rooms/${roomId}/messages`, {method: "POST", headers, body});
        if (!answer.ok) throw new Error(await answer.text());
    }
}"""
SCROLL_TOP = "() => document.querySelector('.search-page').scrollTop"


@pytest.fixture
def carol(alice, new_page):
    """Return the page of Carol, who is in the workspace and not in the room."""
    page = new_page()
    page.goto(invite_link(alice))
    page.fill("[name=name]", "Carol Cho")
    page.fill("[name=email]", "carol@example.com")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#composer")
    return page


@pytest.fixture
def room_id(alice, bob):
    """Return a closed room of Alice and Bob with 60 messages, one of which says something that no other says."""
    room_id = alice.evaluate(ROOM_OF_TWO, ["기획"])
    texts = [f"{n}번째 회의를 마쳤습니다" for n in range(60)]
    texts[20] = "점검을 끝내고 배포했습니다. 수고하셨어요!"
    alice.evaluate(POST, [room_id, texts])
    wait_for_index(bob, texts[-1], 1)
    bob.wait_for_selector(f"[data-room='{room_id}']")
    return room_id


def wait_for_index(page, words, count):
    """Wait until the index has caught up."""
    deadline = time.monotonic() + INDEX_SECONDS
    while len(found(page, words)) < count:
        assert time.monotonic() < deadline, "the index does not catch up"
        time.sleep(0.1)


def found(page, words):
    """Return what the server finds for the person of the page."""
    answer = page.request.get(f"/api/search?q={quote(words)}")
    assert answer.ok
    return answer.json()["results"]


def test_bob_finds_a_korean_word_and_opens_it_in_its_context_where_carol_finds_nothing(bob, carol, room_id):
    bob.keyboard.press("Control+k")
    bob.keyboard.type("배포")
    bob.locator(".opt", has_text="배포").click()
    expect(bob.locator(".hit")).to_have_count(1)
    expect(bob.locator(".hit mark")).to_contain_text("배포")
    expect(bob.locator("#announcer")).to_contain_text("1 result")

    bob.keyboard.press("ArrowDown")
    bob.keyboard.press("Enter")
    target = bob.locator(".log .msg.is-target")
    expect(target).to_contain_text("배포했습니다")
    expect(target).to_be_in_viewport()
    expect(bob.locator(".log .msg", has_text="19번째 회의")).to_be_in_viewport()

    carol.keyboard.press("Control+Shift+f")
    carol.keyboard.type("배포")
    carol.keyboard.press("Enter")
    expect(carol.locator(".search-note")).to_contain_text("Nothing found for “배포”")
    expect(carol.locator(".hit")).to_have_count(0)


def test_what_can_be_typed_is_listed_and_a_press_types_it(alice):
    alice.goto("/search")
    operators = alice.locator(".search-start").get_by_role("button")
    expect(operators.last).to_be_visible()
    tops = [box["y"] for box in (one.bounding_box() for one in operators.all())]
    assert tops == sorted(set(tops))

    operators.filter(has_text="from:").click()

    expect(alice.locator("#search-field")).to_have_value("from:")
    expect(alice.locator("#search-field")).to_be_focused()


def test_back_shows_the_results_as_they_were_left_also_after_a_reload(bob, room_id):
    bob.goto(f"/search?q={quote('회의')}&sort=newest")
    expect(bob.locator(".hit")).to_have_count(20)
    bob.get_by_role("button", name="Show more results").click()
    expect(bob.locator(".hit")).to_have_count(40)
    bob.locator(".hit").nth(30).focus()
    chosen = bob.locator(".hit").nth(30).get_attribute("data-id")
    bob.locator(".hit").nth(30).scroll_into_view_if_needed()
    before = bob.evaluate(SCROLL_TOP)
    assert before > 0
    bob.keyboard.press("Enter")
    expect(bob.locator(f"#m-{chosen}")).to_be_in_viewport()

    bob.go_back()
    expect(bob.locator(f".hit[data-id='{chosen}']")).to_be_focused()
    expect(bob.locator(".sort")).to_have_text("Newest first")
    assert abs(bob.evaluate(SCROLL_TOP) - before) <= 1

    bob.keyboard.press("Enter")
    expect(bob.locator(f"#m-{chosen}")).to_be_in_viewport()
    bob.reload()
    expect(bob.locator(f"#m-{chosen}")).to_be_in_viewport()
    bob.go_back()
    expect(bob.locator(f".hit[data-id='{chosen}']")).to_be_focused()


def test_filters_are_chosen_or_typed_and_are_the_same(bob, room_id):
    bob.goto(f"/rooms/{room_id}")
    bob.wait_for_selector("#composer")
    bob.keyboard.press("Control+f")
    expect(bob.locator("#search-field")).to_have_value("in:기획 ")
    expect(bob.locator(".filter[aria-pressed=true]")).to_have_text("In 기획")
    bob.keyboard.type("배포 from:alice")
    expect(bob.locator(".ac .opt")).to_contain_text(["Alice Kim"])
    bob.keyboard.press("Tab")
    expect(bob.locator("#search-field")).to_have_value('in:기획 배포 from:"Alice Kim" ')
    expect(bob.locator(".filter[aria-pressed=true]")).to_have_text(["From Alice Kim", "In 기획"])
    expect(bob.locator(".hit")).to_have_count(1)

    bob.get_by_role("button", name="Remove the filter: From Alice Kim").click()
    expect(bob.locator("#search-field")).to_have_value("in:기획 배포")
    bob.fill("#search-field", "배포 in:nowhere")
    expect(bob.locator(".search-note")).to_contain_text("You are in no room called “nowhere”.")
    bob.get_by_role("button", name="Search without it").click()
    expect(bob.locator(".hit")).to_have_count(1)


def test_what_is_deleted_while_the_results_are_shown_leaves_them(alice, bob, room_id):
    bob.goto(f"/search?q={quote('배포')}")
    expect(bob.locator(".hit")).to_have_count(1)
    message_id = bob.locator(".hit").get_attribute("data-id")
    alice.evaluate(
        """async ([id]) => {
            const csrf = JSON.parse(document.getElementById("boot").textContent).csrf_token;
            const answer = await fetch(`/api/messages/${id}`, {method: "DELETE", headers: {"X-CSRF-Token": csrf}});
            if (!answer.ok) throw new Error(await answer.text());
        }""",
        [message_id],
    )
    expect(bob.locator(".hit")).to_have_count(0)


def test_enter_while_composing_hangul_never_searches(bob, room_id):
    bob.goto("/search")
    bob.focus("#search-field")
    keyboard = bob.context.new_cdp_session(bob)
    keyboard.send("Input.imeSetComposition", {"text": "ㅂ", "selectionStart": 1, "selectionEnd": 1})
    keyboard.send(
        "Input.dispatchKeyEvent",
        {"type": "keyDown", "key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229},
    )
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": "Enter", "code": "Enter"})
    bob.wait_for_timeout(600)
    expect(bob).to_have_url(f"{bob.url.split('/search')[0]}/search")
    expect(bob.locator("#search-field")).to_have_value("ㅂ")

    keyboard.send("Input.insertText", {"text": "배포"})
    bob.press("#search-field", "Enter")
    expect(bob.locator(".hit")).to_have_count(1)


def test_without_a_connection_the_search_waits_and_goes_on_by_itself(bob, room_id):
    bob.goto("/search")
    bob.wait_for_selector("#search-field")
    bob.context.set_offline(True)
    bob.evaluate("() => window.dispatchEvent(new Event('offline'))")
    bob.fill("#search-field", "배포")
    expect(bob.locator(".search-note")).to_be_visible()
    bob.context.set_offline(False)
    expect(bob.locator(".hit")).to_have_count(1, timeout=30_000)


def test_what_was_searched_for_is_kept_on_this_device_until_it_is_cleared_or_the_person_signs_out(bob, room_id):
    bob.goto("/search")
    bob.fill("#search-field", "배포")
    bob.press("#search-field", "Enter")
    expect(bob.locator(".hit")).to_have_count(1)
    bob.goto("/search")
    expect(bob.locator(".recent")).to_have_text("배포")
    bob.locator(".recent").click()
    expect(bob.locator(".hit")).to_have_count(1)

    bob.goto("/search")
    bob.get_by_role("button", name="Clear").click()
    expect(bob.locator(".recent")).to_have_count(0)
    bob.fill("#search-field", "회의")
    bob.press("#search-field", "Enter")
    bob.get_by_role("button", name="Close search").click()
    bob.get_by_role("button", name="Saebom Studio").click()
    bob.get_by_role("menuitem", name="Sign out").click()
    bob.wait_for_url("**/sign-in**")
    assert bob.evaluate("() => localStorage.getItem('stet.searches')") is None
