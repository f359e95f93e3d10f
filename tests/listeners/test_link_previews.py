"""Link previews: looked at after the commit, by the server alone, and gone with the link."""

import datetime as dt
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sqlalchemy as sa

from chat import failpoints
from chat.clock import clock_at, now
from chat.config import Settings
from chat.extensions import db
from chat.housekeeping.uploads import remove_discarded_files
from chat.models import Delivery, LinkPage, LoggedEvent, Message
from chat.outgoing import addresses
from tests.conftest import created, post
from tests.files import lying, picture
from tests.outgoing.test_client import serving

HTML = "text/html; charset=utf-8"
FORBIDDEN = ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://192.168.0.1:8080/"]


class Pages(BaseHTTPRequestHandler):
    """Answers with what the server holds for the path: (status, content type, bytes), or an address to go to."""

    def do_GET(self):
        self.server.asked.append(self.path)
        found = self.server.pages.get(self.path, (404, HTML, b"<title>no</title>"))
        if isinstance(found, str):
            self.send_response(302)
            self.send_header("Location", found)
            self.end_headers()
            return
        status, content_type, body = found
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def settings(settings):
    return Settings(**{**settings.model_dump(), "allowed_networks": "127.0.0.1/32", "disk_floor_megabytes": 0})


@pytest.fixture
def site():
    with serving(Pages) as (server, address):
        server.url = f"http://{address}"
        server.pages = {
            "/": page("Launch review", "Decisions", "Saebom Wiki", f"{server.url}/thumb.png"),
            "/plain": (200, HTML, b"<title>Another page</title>"),
            "/thumb.png": (200, "image/png", picture((1600, 800))),
        }
        yield server


def page(title, description="", site="", image=""):
    said = {"title": title, "description": description, "site_name": site, "image": image}
    tags = "".join(f'<meta property="og:{name}" content="{value}">' for name, value in said.items())
    return 200, HTML, f"<head>{tags}</head>".encode()


@pytest.fixture
def look(app):
    """Return a function that lets the server look at what is due."""

    def go(*, after_seconds=0):
        with clock_at(now() + dt.timedelta(seconds=after_seconds)):
            app.extensions["listeners"].drain("link_previews")
            app.extensions["postman"].drain("link_previews")

    look_before = app.extensions["listeners"].drain
    look_before("link_previews")
    return go


def previews_of(person, message):
    room = created(person.get(f"/api/rooms/{message['room_id']}/messages"))
    return next(each for each in room["messages"] if each["id"] == message["id"])["previews"]


def say(person, room, text):
    return post(person, room, text)["message"]


def edit(person, message, text, version=1):
    body = {"text": text, "base_version": version}
    return created(person.patch(f"/api/messages/{message['id']}", json=body))["message"]


def stored(app, model):
    with app.app_context():
        return list(db.session.scalars(sa.select(model)))


def test_a_link_gets_a_card_whose_picture_comes_from_here_and_the_message_stays_the_same_version(
    app, alice, bob, carol, room, site, look
):
    message = say(
        alice, room, f"see {site.url}/#part and `{site.url}/code` or <{app.config['SETTINGS'].own_url}/rooms/1>"
    )
    assert message["previews"] == []
    look()

    [card] = previews_of(bob, message)
    assert card == {
        "id": card["id"],
        "url": f"{site.url}/",
        "title": "Launch review",
        "description": "Decisions",
        "site": "Saebom Wiki",
        "image_url": f"/previews/{card['id']}/image",
        "width": 320,
        "height": 160,
    }
    assert site.asked == ["/", "/thumb.png"]
    [row] = stored(app, Message)
    assert (row.version, row.edited_at) == (1, None)
    image = bob.get(card["image_url"])
    assert (image.status_code, image.content_type) == (200, "image/webp")
    assert image.data[8:12] == b"WEBP"
    assert carol.get(card["image_url"]).status_code == 404
    assert carol.delete(f"/api/messages/{message['id']}/previews/{card['id']}").status_code == 404

    say(bob, room, f"{site.url}/ again")
    look()
    assert site.asked == ["/", "/thumb.png"]


def test_an_edit_takes_the_cards_of_lost_links_and_a_deletion_everything(app, alice, room, site, look):
    message = say(alice, room, f"{site.url}/ and {site.url}/plain")
    look()
    assert [card["title"] for card in previews_of(alice, message)] == ["Launch review", "Another page"]
    assert len(lying(app)) == 1

    turned = edit(alice, message, f"{site.url}/plain and {site.url}/")
    assert [card["title"] for card in turned["previews"]] == ["Another page", "Launch review"]
    assert [card["title"] for card in edit(alice, message, f"{site.url}/", 2)["previews"]] == ["Launch review"]
    created(alice.delete(f"/api/messages/{message['id']}"))
    look()
    with app.app_context():
        remove_discarded_files(app)

    assert (stored(app, LinkPage), lying(app)) == ([], [])


def test_a_card_that_was_removed_does_not_come_back_with_an_edit(alice, bob, room, site, look):
    message = say(bob, room, f"{site.url}/plain")
    look()
    [card] = previews_of(bob, message)
    created(bob.delete(f"/api/messages/{message['id']}/previews/{card['id']}"))
    edited = edit(bob, message, f"still {site.url}/plain")
    look()

    assert edited["previews"] == previews_of(alice, message) == []
    other = say(alice, room, f"{site.url}/plain")
    look()
    [card] = previews_of(alice, other)
    assert bob.delete(f"/api/messages/{other['id']}/previews/{card['id']}").status_code == 403


def test_a_site_that_is_down_delays_only_itself_and_is_asked_again(app, alice, room, site, look):
    site.pages["/"] = (503, HTML, b"")
    with serving(Pages) as (other, address):
        other.pages = {"/": page("Up")}
        message = say(alice, room, f"{site.url}/ and http://localhost:{address.partition(':')[2]}/")
        look()
        assert [card["title"] for card in previews_of(alice, message)] in (["Up"], [])
    site.pages["/"] = page("Back")
    look(after_seconds=5)

    assert "Back" in [card["title"] for card in previews_of(alice, message)]


def test_killed_between_the_card_and_its_mark_there_is_one_card_and_one_event(app, alice, room, site, look):
    message = say(alice, room, f"{site.url}/plain")
    failpoints.arm("before_mark=raise")
    look()
    failpoints.arm("")
    look(after_seconds=5)

    assert len(previews_of(alice, message)) == 1
    assert [event.type for event in stored(app, LoggedEvent)].count("previews_changed") == 1
    assert stored(app, Delivery) == []


@pytest.mark.parametrize("how", ["link", "redirect", "picture"])
def test_the_server_connects_to_no_address_that_is_not_public(app, alice, room, site, look, how):
    for number, url in enumerate(FORBIDDEN):
        site.pages[f"/{number}"] = url if how == "redirect" else page("Card", image=url)
    texts = FORBIDDEN if how == "link" else [f"{site.url}/{number}" for number in range(len(FORBIDDEN))]
    messages = [say(alice, room, text) for text in texts]
    look()

    shown = [(card["title"], card["image_url"]) for message in messages for card in previews_of(alice, message)]
    assert shown == ([("Card", None)] * len(FORBIDDEN) if how == "picture" else [])
    assert stored(app, Delivery) == []


@pytest.fixture
def inside():
    """Return a server at an address that is not allowed; every connection to it is counted."""
    server = ThreadingHTTPServer(("127.0.0.2", 0), Pages)
    server.asked, server.connections = [], 0
    server.pages = {"/": page("Inside"), "/thumb.png": (200, "image/png", picture((64, 64)))}
    server.verify_request = lambda *_: setattr(server, "connections", server.connections + 1) or True
    server.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("host", ["127.0.0.2", "wiki.example", "mixed.example", "[::ffff:127.0.0.2]"])
def test_nothing_is_asked_of_a_private_address_by_any_way(app, alice, room, site, inside, look, monkeypatch, host):
    names = {"wiki.example": ["127.0.0.2"], "mixed.example": ["127.0.0.1", "127.0.0.2"]}
    real = addresses.look_up
    found = {name: [(None, None, None, "", (each, 0)) for each in list_] for name, list_ in names.items()}
    monkeypatch.setattr(addresses, "look_up", lambda name, port: found.get(name) or real(name, port))
    private = f"http://{host}:{inside.port}/"
    site.pages["/redirect"] = private
    site.pages["/picture"] = page("Card", image=f"{private}thumb.png")
    site.pages["/to-picture"] = f"{private}thumb.png"
    site.pages["/redirected-picture"] = page("Card", image=f"{site.url}/to-picture")
    link = f'<link rel="alternate" type="application/json+oembed" href="{private}oembed">'
    site.pages["/oembed"] = (200, HTML, f"<title>Card</title>{link}".encode())
    site.pages["/two-redirects"] = f"{site.url}/redirect"

    links = [private, *(f"{site.url}/{way}" for way in ("redirect", "two-redirects"))]
    pages = [f"{site.url}/{way}" for way in ("picture", "redirected-picture", "oembed")]
    messages = [say(alice, room, link) for link in links + pages]
    look()

    shown = [[(card["title"], card["image_url"]) for card in previews_of(alice, message)] for message in messages]
    assert shown == [[]] * len(links) + [[("Card", None)]] * len(pages)
    assert (inside.connections, stored(app, Delivery)) == (0, [])
    assert {"/redirect", "/two-redirects", "/to-picture", "/oembed"} <= set(site.asked)


def test_the_workspace_switches_them_off_and_on(app, alice, bob, carol, room, site, look):
    message = say(alice, room, f"{site.url}/plain")
    assert alice.patch("/api/workspace", json={"has_link_previews": False}).status_code == 200
    assert bob.patch("/api/workspace", json={"has_link_previews": True}).status_code == 403
    look()
    say(alice, room, f"{site.url}/")
    look()
    assert (site.asked, stored(app, Delivery), previews_of(alice, message)) == ([], [], [])

    assert alice.patch("/api/workspace", json={"has_link_previews": True}).status_code == 200
    later = say(alice, room, f"{site.url}/ again")
    look()
    assert [card["title"] for card in previews_of(bob, later)] == ["Launch review"]
    assert alice.patch("/api/workspace", json={"has_link_previews": None}).status_code == 422


def test_what_is_no_page_or_says_nothing_is_remembered_and_not_asked_for_again(app, alice, room, site, look):
    site.pages["/data"] = (200, "application/zip", b"PK")
    site.pages["/broken.png"] = (200, "image/png", b"no picture")
    for path in ("/missing", "/data", "/missing", "/broken.png"):
        message = say(alice, room, site.url + path)
        look()
    assert site.asked.count("/missing") == site.asked.count("/data") == 1
    [card] = previews_of(alice, message)
    assert (card["title"], card["image_url"]) == ("broken.png", None)


def test_oembed_names_what_the_page_does_not_and_its_html_is_never_used(alice, room, site, look):
    link = f'<link rel="alternate" type="application/json+oembed" href="{site.url}/oembed">'
    site.pages["/video"] = (200, HTML, link.encode())
    said = b'{"title": "A film", "author_name": "Somi", "provider_name": "Films", "html": "<script>1</script>"}'
    site.pages["/oembed"] = (200, "application/json", said)
    message = say(alice, room, f"{site.url}/video")
    look()

    [card] = previews_of(alice, message)
    assert (card["title"], card["description"], card["site"]) == ("A film", "Somi", "Films")


def test_with_the_setting_off_nobody_is_asked(app, alice, room, site, look):
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"link_previews": False})
    say(alice, room, f"{site.url}/")
    look()
    assert (site.asked, stored(app, Delivery)) == ([], [])
