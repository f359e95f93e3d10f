"""Push: switched on for a browser in the settings, shown by its service worker, and opened with a press."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, set_up
from tests.consumers import consumer

WORKER_READY = "async () => { await navigator.serviceWorker.ready; return true; }"
SUBSCRIBING = """
// As a browser whose push service has ended what the page before had.
const endpoint = "ENDPOINT?" + performance.timeOrigin;
const key = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
const keys = {p256dh: key, auth: "c2l4dGVlbiBieXRlcyBvaw"};
PushManager.prototype.getSubscription = async () => window.subscribed ?? null;
PushManager.prototype.subscribe = async options => window.subscribed = {
  options: {applicationServerKey: options.applicationServerKey.buffer},
  endpoint,
  toJSON: () => ({endpoint, keys}),
  unsubscribe: async () => { window.subscribed = null; },
};
"""
SUBSCRIPTIONS = "/api/push/subscriptions"
# The browser lets a worker focus a window after a real press alone.
PRESSING = """async () => {
  globalThis.focusCount = 0;
  WindowClient.prototype.focus = async function () { globalThis.focusCount++; };
  const data = {tag: "stet-room-1", messageId: 1, path: "/rooms/1/messages/1"};
  await registration.showNotification("Mina", {tag: data.tag, data});
  const [notification] = await registration.getNotifications();
  dispatchEvent(new NotificationEvent("notificationclick", {notification}));
}"""
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const shown = await registration.getNotifications();
  return shown.map(({title, body, tag}) => ({title, body, tag}));
}"""
PUSH = {
    "v": 1,
    "kind": "test",
    "tag": "stet-test",
    "closed": [],
    "must_show": True,
    "room_id": None,
    "message_id": None,
    "title": "A test",
    "body": "So it looks",
    "url": "/",
    "at": "2026-12-01T09:00:00Z",
}


@pytest.fixture
def service():
    """Return a push service."""
    with consumer() as made:
        yield made


@pytest.fixture
def server(tmp_path, service, monkeypatch):
    """Return a server that sends to it."""
    monkeypatch.setenv("STET_PUSH_SERVICES", "127.0.0.1")
    monkeypatch.setenv("STET_ALLOWED_NETWORKS", "127.0.0.0/8")
    running = Server(tmp_path / "data")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def kim(server, new_page):
    """Return the page of an owner whose browser has a service worker and shows notifications."""
    page = new_page(service_workers="allow", permissions=["notifications"])
    set_up(page, server)
    assert page.evaluate(WORKER_READY)
    return page


def shown(page, count):
    """Return what is on the screen, as soon as it is so many."""
    for _ in range(100):
        found = page.evaluate(SHOWN)
        if len(found) == count:
            break
        page.wait_for_timeout(100)
    return found


def test_a_browser_is_switched_on_and_off_in_the_settings(server, kim, service):
    kim.add_init_script(SUBSCRIBING.replace("ENDPOINT", service.url))
    kim.goto(f"{server.url}/settings/notifications")
    switch = kim.get_by_role("checkbox", name="Push on this device")
    expect(switch).to_be_enabled()
    expect(switch).not_to_be_checked()

    switch.click()

    devices = kim.get_by_role("list", name="Devices with push").get_by_role("listitem")
    expect(devices).to_have_count(1)
    expect(devices).to_contain_text("This device")
    expect(devices).to_contain_text("Nothing pushed yet")
    expect(switch).to_be_checked()

    switch.click()

    expect(devices).to_have_count(0)
    expect(switch).not_to_be_checked()


def test_a_subscribed_browser_can_be_tried_stays_subscribed_and_is_removed(server, kim, service):
    kim.add_init_script(SUBSCRIBING.replace("ENDPOINT", service.url))
    kim.goto(f"{server.url}/settings/notifications")
    kim.get_by_role("checkbox", name="Push on this device").click()
    devices = kim.get_by_role("list", name="Devices with push").get_by_role("listitem")
    expect(devices).to_have_count(1)

    devices.get_by_role("button", name="Send a test").click()

    expect(devices).to_contain_text("Last push")
    [sent] = service.taken
    assert sent.headers["content-encoding"] == "aes128gcm"

    with kim.expect_request(lambda asked: asked.method == "POST" and asked.url.endswith(SUBSCRIPTIONS)) as anew:
        kim.goto(f"{server.url}/")
    assert anew.value.post_data_json["endpoint"] not in {"", sent.path}
    assert anew.value.response().status == 201

    kim.goto(f"{server.url}/settings/notifications")
    expect(devices).to_have_count(1)
    devices.get_by_role("button", name="Remove").click()

    expect(devices).to_have_count(0)
    expect(kim.get_by_role("checkbox", name="Push on this device")).not_to_be_checked()
    kim.reload()
    expect(kim.get_by_role("checkbox", name="Push on this device")).to_be_enabled()
    expect(devices).to_have_count(0)


def test_a_press_on_a_notification_leads_an_open_window_to_the_message(server, kim):
    kim.get_by_role("textbox", name="Message").first.fill("Look here")
    kim.keyboard.press("Enter")
    expect(kim.get_by_text("Look here")).to_be_visible()
    [worker] = kim.context.service_workers

    worker.evaluate(PRESSING)

    expect(kim).to_have_url(re.compile("/rooms/1/messages/1$"))
    assert worker.evaluate("globalThis.focusCount") == 1
    assert shown(kim, 0) == []


def test_a_push_is_shown_but_not_to_who_looks_at_stet_and_withdrawn(server, kim):
    session = kim.context.new_cdp_session(kim)
    registrations = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    kim.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    session.send("ServiceWorker.enable")
    for _ in range(100):
        # It is told after the answer.
        if registrations:
            break
        kim.wait_for_timeout(50)

    def deliver(**fields):
        session.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": server.url,
                "registrationId": registrations[0]["registrationId"],
                "data": json.dumps(PUSH | fields),
            },
        )

    deliver(kind="message", tag="stet-room-7", must_show=False, room_id=7, message_id=1, title="nobody sees this")
    deliver()
    assert shown(kim, 1) == [{"title": "A test", "body": "So it looks", "tag": "stet-test"}]

    deliver(kind="message", tag="stet-room-7", room_id=7, message_id=2, title="Mina")
    assert len(shown(kim, 2)) == 2
    deliver(kind="withdrawal", must_show=False, closed=[{"tag": "stet-room-7", "message_id": 2}], badge=0)
    assert [one["tag"] for one in shown(kim, 1)] == ["stet-test"]


def test_what_the_worker_has_shown_of_a_room_is_closed_when_it_is_read_in_the_page(server, kim):
    kim.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.ready;
          for (const id of [1, 1001]) {
            const tag = `stet-room-${id}`;
            const data = {tag, roomId: id, messageId: 1, parentId: null};
            await registration.showNotification("Mina", {tag, data, body: `room ${id}`});
          }
        }"""
    )
    assert len(shown(kim, 2)) == 2

    kim.get_by_role("textbox", name="Message").first.fill("I have read it")
    kim.keyboard.press("Enter")

    assert [one["body"] for one in shown(kim, 1)] == ["room 1001"]
