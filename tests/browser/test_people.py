"""Finding one's way and people: the switcher, sections, cards, a status, the directory, a guest."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, send


def api(page, method, path, body=None):
    """Ask the API as the person of the page."""
    return page.evaluate(
        """async ([method, path, body]) => {
            const csrf = JSON.parse(document.getElementById("boot").textContent).csrf_token;
            const headers = {"Content-Type": "application/json", "X-CSRF-Token": csrf};
            const answer = await fetch(path, {method, headers, body: body && JSON.stringify(body)});
            return await answer.json();
        }""",
        [method, path, body],
    )


def section(page, name):
    return page.locator(".side-sec", has=page.get_by_role("button", name=name, exact=True))


def test_everything_is_reached_from_the_switcher(alice, bob):
    api(bob, "PATCH", "/api/me", {"name": "김서준"})
    api(alice, "POST", "/api/rooms", {"kind": "closed", "name": "design"})
    expect(alice.locator(".nav-item", has_text="design")).to_be_visible()

    alice.keyboard.press("Control+k")
    alice.keyboard.type("ㄱㅅㅈ")
    expect(alice.locator(".opt[aria-selected=true]")).to_have_text(re.compile("김서준"))
    alice.keyboard.press("Enter")
    expect(alice.locator("#room-title")).to_contain_text("김서준")

    alice.keyboard.press("Control+k")
    alice.keyboard.type("#des")
    alice.keyboard.press("Enter")
    expect(alice.locator("#room-title")).to_contain_text("design")
    alice.go_back()
    expect(alice.locator("#room-title")).to_contain_text("김서준")

    alice.keyboard.press("Control+k")
    alice.keyboard.type(">away")
    alice.keyboard.press("Enter")
    expect(alice.locator(".side-me small")).to_have_text("Away")
    expect(bob.locator('.side-sec[data-section="direct"] .dot[data-p="away"]')).to_have_count(0)


def test_rooms_are_starred_and_kept_in_sections(alice):
    for name in ("design", "backend"):
        api(alice, "POST", "/api/rooms", {"kind": "closed", "name": name})
    link = alice.locator(".nav-item[data-room]", has_text="design")

    link.click(button="right")
    alice.get_by_role("menuitem", name="Star", exact=True).click()
    expect(section(alice, "Starred")).to_contain_text("design")

    alice.locator(".nav-item[data-room]", has_text="backend").click(button="right")
    alice.get_by_role("menuitem", name="New section…").click()
    alice.keyboard.type("Clients")
    alice.keyboard.press("Enter")
    expect(section(alice, "Clients")).to_contain_text("backend")

    alice.locator(".nav-item[data-room]", has_text="lobby").click()
    alice.get_by_role("button", name="Clients", exact=True).click()
    expect(alice.locator(".nav-item[data-room]", has_text="backend")).to_have_count(0)
    alice.reload()
    expect(alice.get_by_role("button", name="Clients", exact=True)).to_have_attribute("aria-expanded", "false")
    alice.get_by_role("button", name="Clients", exact=True).click()

    expect(section(alice, "Clients")).to_contain_text("backend")  # nothing moves any more
    link.drag_to(section(alice, "Clients"))
    expect(section(alice, "Clients")).to_contain_text("design")
    expect(alice.get_by_role("button", name="Starred", exact=True)).to_have_count(0)


def test_a_status_and_a_card(alice, bob):
    bob.locator(".side-me .mine").click()
    bob.get_by_role("menuitem", name="Set a status").click()
    bob.get_by_role("button", name="Vacation").click()
    bob.get_by_role("button", name="Save").click()
    expect(bob.locator(".side-me small")).to_contain_text("Vacation")
    api(bob, "PATCH", "/api/me", {"title": "Engineer", "time_zone": "Asia/Tokyo"})
    send(bob, "hello")

    author = alice.locator(".msg-author", has_text="Bob Lee")
    expect(alice.locator(".msg-meta .status-glyph")).to_have_attribute("aria-label", "Vacation")
    author.click()
    card = alice.get_by_role("dialog", name="Bob Lee")
    for words in ("Engineer", "Vacation", "Active", "bob@example.com"):
        expect(card).to_contain_text(words)
    alice.keyboard.press("Escape")
    expect(card).to_have_count(0)

    author.click()
    card.get_by_role("button", name="Message").click()
    expect(alice.locator("#room-title")).to_contain_text("Bob Lee")


def test_the_keyboard_goes_round_the_parts_of_the_page(alice):
    alice.locator("#composer").focus()
    alice.keyboard.press("F6")
    expect(alice.locator(".side .jump")).to_be_focused()
    alice.keyboard.press("Shift+F6")
    expect(alice.locator("#composer")).to_be_focused()
    alice.keyboard.press("Control+/")
    alice.keyboard.type("unread")
    expect(alice.locator(".keys dt", has_text="Previous or next unread room")).to_have_count(1)
    expect(alice.locator(".keys dt", has_text="Bold")).to_have_count(0)


def test_a_guest_sees_one_room_and_its_people(alice, bob, new_page):
    api(bob, "POST", "/api/rooms", {"kind": "open", "name": "hall"})
    room = api(alice, "POST", "/api/rooms", {"kind": "closed", "name": "parlour"})["room"]
    alice.goto("/admin/people")
    alice.select_option("[name=role]", "guest")
    alice.get_by_text("Into rooms").click()
    alice.get_by_label("parlour").check()
    alice.get_by_role("button", name="Create link").click()
    url = alice.locator(".invite-row .invite input").first.input_value()

    guest = new_page()
    guest.goto(url)
    guest.fill("[name=name]", "Gina Guest")
    guest.fill("[name=email]", "gina@example.com")
    guest.fill("[name=password]", PASSWORD)
    guest.press("[name=password]", "Enter")
    guest.wait_for_selector("#composer")

    expect(guest.locator(".nav-item[data-room]")).to_have_text(["parlour"])
    guest.locator(".nav-item", has_text="People").click()
    expect(guest.locator(".person-row b")).to_have_count(2)
    expect(guest.locator(".people-list")).not_to_contain_text("Bob Lee")
    alice.goto("/")
    api(alice, "POST", f"/api/rooms/{room['id']}/members", {"user_id": 2})
    expect(guest.locator(".people-list")).to_contain_text("Bob Lee")
