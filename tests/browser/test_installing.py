"""The page as an app: it opens without a connection, goes on when there is one, and takes what other apps share."""

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from playwright.sync_api import expect

from tests.browser.conftest import messages, send, set_up

STORED = ".msg[data-state=stored]"
WORKER_READY = "async () => { await navigator.serviceWorker.ready; return true; }"
SAVED = """async () => {
    const open = () => new Promise(resolve => {
        const request = indexedDB.open("stet");
        request.onsuccess = () => resolve(request.result);
    });
    const db = await open();
    const parts = await new Promise(resolve => {
        const request = db.transaction("cache").objectStore("cache").getAll();
        request.onsuccess = () => resolve(request.result);
    });
    db.close();
    return parts.flatMap(part => part.timeline?.messages ?? []).map(message => message.text);
}"""


@pytest.fixture
def kim(server, new_page):
    """Return the page of an owner whose browser has a service worker."""
    page = new_page(service_workers="allow")
    set_up(page, server)
    assert page.evaluate(WORKER_READY)
    return page


def read_and_saved(page, text):
    """Send a message and wait until this browser has kept it."""
    send(page, text)
    expect(page.locator(STORED)).to_have_count(1)
    for _ in range(50):
        if text in page.evaluate(SAVED):
            return
        page.wait_for_timeout(200)
    pytest.fail("the message is not kept")


def test_it_opens_without_a_server_and_sends_when_that_is_back(kim, server):
    read_and_saved(kim, "before the outage")
    server.stop()

    kim.reload()
    expect(kim.locator(".log .msg .prose")).to_have_text(["before the outage"])
    expect(kim.locator("html")).to_have_attribute("lang", "en")
    expect(kim.locator(".banner")).to_be_visible(timeout=10_000)
    send(kim, "written in the dark")
    expect(kim.locator(".msg[data-state=queued]")).to_have_count(1, timeout=20_000)
    kim.reload()
    expect(kim.locator(".log .msg .prose")).to_have_text(["before the outage", "written in the dark"])

    server.start()
    expect(kim.locator(STORED)).to_have_count(2, timeout=40_000)
    assert messages(kim) == ["before the outage", "written in the dark"]


def test_a_page_that_needs_the_server_says_so(kim, server):
    server.stop()

    kim.goto("/settings/profile")

    expect(kim.locator("h1")).to_have_text("You are offline")
    server.start()
    kim.click("text=Try again")
    expect(kim.locator("h1")).to_have_text("Profile")


def test_nothing_of_a_person_opens_after_they_signed_out(kim, server):
    read_and_saved(kim, "for my eyes")
    kim.click(".side-head .ws")
    kim.click("text=Sign out")
    expect(kim).to_have_url(re.compile("/sign-in"))
    server.stop()

    kim.goto("/")

    expect(kim.locator("h1")).to_have_text("You are offline")
    expect(kim.locator(".msg")).to_have_count(0)
    kept = kim.evaluate(
        """async () => {
            const names = await caches.keys();
            const texts = [];
            for (const name of names) {
                const cache = await caches.open(name);
                for (const request of await cache.keys()) {
                    if (!request.url.includes("/static/")) texts.push(await (await cache.match(request)).text());
                }
            }
            return texts.join("");
        }"""
    )
    assert "Try again" in kept
    assert not any(secret in kept for secret in ("Alice", "Saebom", "for my eyes", "csrf_token&#34;"))
    server.start()


def test_a_session_that_ended_elsewhere_leaves_nothing_to_open(kim, server):
    read_and_saved(kim, "for my eyes")
    kim.context.clear_cookies(name="stet_session")
    kim.goto("/sign-in")
    kim.wait_for_function("() => document.readyState === 'complete'")
    server.stop()

    kim.goto("/")

    expect(kim.locator("h1")).to_have_text("You are offline")
    server.start()


def test_a_new_version_is_offered_but_never_while_somebody_writes(kim, server):
    kim.fill("#composer", "half a sentence")
    server.stop()
    add_language(server.data)
    server.start()
    expect(kim.locator(".banner")).to_have_count(0, timeout=30_000)
    kim.wait_for_function(
        "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)", timeout=30_000
    )
    expect(kim.locator(".toast")).to_have_count(0)

    kim.locator("#composer").blur()
    expect(kim.locator(".toast")).to_contain_text("A new version of Stet is here.")
    before = kim.get_attribute("meta[name=build]", "content")
    with kim.expect_navigation():
        kim.click(".toast .link")

    assert kim.get_attribute("meta[name=build]", "content") != before
    expect(kim.locator("#composer")).to_have_value("half a sentence")


def add_language(data):
    """Change what this Stet consists of."""
    file = data / "translations" / "pl" / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, Catalog(locale="pl"))


def test_what_another_app_shares_waits_in_the_field_of_the_chosen_room(alice):
    alice.goto("/share?title=Plan&text=Look+at+this&url=https%3A%2F%2Fexample.com%2Fplan")

    dialog = alice.get_by_role("dialog", name="Share to a room")
    expect(dialog.locator(".shared-text")).to_have_text("Plan\nLook at this\nhttps://example.com/plan")
    dialog.get_by_role("button", name="lobby").click()

    expect(alice.locator("#composer")).to_have_value("Plan\nLook at this\nhttps://example.com/plan")
    expect(alice).to_have_url(re.compile(r"/rooms/\d+$"))
    expect(alice.locator(".msg")).to_have_count(0)


SHARE = """() => {
    const form = document.createElement("form");
    Object.assign(form, {method: "POST", action: "/share", enctype: "multipart/form-data"});
    const words = {title: "", text: "the plan", url: ""};
    for (const [name, value] of Object.entries(words)) form.append(Object.assign(new Input(), {name, value}));
    const chosen = new DataTransfer();
    chosen.items.add(new File(["first"], "계획.txt", {type: "text/plain"}));
    chosen.items.add(new File(["second"], "notes.txt", {type: "text/plain"}));
    const field = Object.assign(new Input(), {type: "file", name: "files", multiple: true});
    field.files = chosen.files;
    form.append(field);
    document.body.append(form);
    form.submit();
}""".replace("new Input()", 'document.createElement("input")')
KEPT_SHARES = """async () => (await (await caches.open("shared")).keys()).length"""


def share(page):
    """Do what the system does when an app shares words and two files."""
    with page.expect_navigation(url=re.compile(r"/share\?kept=")):
        page.evaluate(SHARE)


def test_files_that_another_app_shares_wait_beside_the_field_also_without_a_server(kim, server):
    kim.reload()
    share(kim)
    dialog = kim.get_by_role("dialog", name="Share to a room")
    expect(dialog.locator(".shared-text")).to_have_text("the plan")
    expect(dialog.locator(".shared-files li")).to_contain_text(["계획.txt", "notes.txt"])
    kim.reload()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    kim.wait_for_function(f"async () => await ({KEPT_SHARES})() === 0")

    server.stop()
    share(kim)
    dialog.get_by_role("button", name="lobby").click()
    expect(kim.locator("#composer")).to_have_value("the plan")
    expect(kim.locator(".chip-file")).to_have_count(2)
    kim.wait_for_function(f"async () => await ({KEPT_SHARES})() === 0")
    kim.locator("#composer").press("Enter")
    expect(kim.locator(".msg[data-state=queued]")).to_have_count(1)

    server.start()
    expect(kim.locator(STORED)).to_contain_text("the plan", timeout=40_000)
    for name in ("계획.txt", "notes.txt"):
        expect(kim.locator(STORED)).to_contain_text(name)


def test_the_icon_of_the_app_counts_what_is_meant_for_me(alice, bob):
    alice.add_init_script("navigator.setAppBadge = async n => { window.badge = n; };")
    alice.goto("/search")

    send(bob, "for everybody")
    send(bob, "@Alice Kim hello")

    alice.wait_for_function("() => window.badge === 1")
