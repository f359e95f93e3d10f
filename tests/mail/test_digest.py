"""The digest: whoever does not read what is meant for them gets one mail of it, as everything stands then."""

import datetime as dt
import logging
import ssl

import pytest

from chat import failpoints
from chat.clock import clock_at, now
from chat.extensions import db
from chat.mail import server as mail_server
from chat.mail.server import parse_mail_server
from chat.models import Delivery
from tests.conftest import created, post
from tests.post_office import links_in, text_in


def mails_to(office, name):
    return [mail for recipient, mail in office.mails if recipient == f"{name}@example.com"]


def direct(alice, bob):
    return created(alice.post("/api/rooms", json={"kind": "direct", "member_ids": [bob.user_id]}))["room"]


def waiting(app):
    with app.app_context():
        return db.session.query(Delivery).filter_by(carrier="mail", state="waiting").all()


def test_one_mail_tells_of_all_that_was_missed_and_outsiders_get_none(
    app, alice, bob, carol, room, office, minutes_later
):
    first = post(alice, room, "@Bob Lee <b>look</b> & say")["message"]
    for number in range(24):
        post(alice, room, f"@Bob Lee number {number}")
    spoken = post(alice, direct(alice, bob), "just between us")["message"]
    post(alice, room, "nothing for anybody")
    minutes_later(14)
    assert office.mails == []

    minutes_later(15)
    minutes_later(200)

    [(recipient, mail)] = office.mails
    assert recipient == "bob@example.com"
    assert (mail["From"], mail["To"]) == ("Stet <stet@chat.example.com>", "Bob Lee <bob@example.com>")
    assert mail["Subject"] == "26 messages for you in Saebom Studio"
    text, html = text_in(mail)
    assert "Alice Kim · #launch · " in text
    assert "@Bob Lee <b>look</b> & say" in text
    assert "@Bob Lee &lt;b&gt;look&lt;/b&gt; &amp; say" in html
    assert f"http://localhost/rooms/{room['id']}/messages/{first['id']}" in text
    assert f'href="http://localhost/rooms/{room["id"]}/messages/{first["id"]}"' in html
    assert "And 6 more messages." in text
    assert "nothing for anybody" not in text
    assert f"/messages/{spoken['id']}" not in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"] == f"<{links_in(mail)[-1]}>"
    assert waiting(app) == []


def test_it_is_in_the_persons_language_and_time_and_shows_no_text_if_they_want_none(
    alice, bob, room, office, minutes_later
):
    created(bob.patch("/api/me", json={"language": "ko", "time_zone": "Asia/Seoul", "name": "이\u2009봄"}))
    with clock_at(dt.datetime(2026, 11, 30, 20, 5, tzinfo=dt.UTC)):
        post(alice, direct(alice, bob), "비밀")
    created(bob.patch("/api/me/preferences", json={"notify_preview": False}))
    minutes_later(15)

    [mail] = mails_to(office, "bob")
    assert mail["Subject"] == "Saebom Studio에 읽지 않은 메시지 1개가 있어요"
    text, html = text_in(mail)
    assert 'lang="ko" dir="ltr"' in html
    assert "메시지 열기" in html
    assert "Alice Kim · 다이렉트 메시지 · 2026. 12. 1. 오전 5:05" in text
    assert "비밀" not in text + html


def test_a_mention_that_an_edit_adds_is_mailed_as_one_from_the_start_is_and_once(
    app, alice, bob, carol, room, office, minutes_later
):
    message = post(alice, room, "who looks?")["message"]
    minutes_later(15)
    assert waiting(app) == office.mails == []

    url = f"/api/messages/{message['id']}"
    created(alice.patch(url, json={"text": "@Bob Lee @Carol Park look", "base_version": 1}))
    minutes_later(14)
    assert office.mails == []
    minutes_later(15)
    created(alice.patch(url, json={"text": "who looks?", "base_version": 2}))
    created(alice.patch(url, json={"text": "@Bob Lee look, please", "base_version": 3}))
    minutes_later(100)

    [(recipient, mail)] = office.mails
    assert recipient == "bob@example.com"
    assert "@Bob Lee @Carol Park look" in text_in(mail)[0]
    assert waiting(app) == []


def test_the_mail_has_what_the_mention_count_in_the_app_counts(app, alice, bob, room, office, minutes_later):
    created(bob.patch("/api/me/preferences", json={"keywords": ["lunch"]}))
    connections = app.extensions["connections"]
    with app.app_context():
        from chat.queries.caller import caller_by_token

        connections.add("sid", caller_by_token(bob.token), list)
    texts = ["@Bob Lee one", "@room two", "@here three", "lunch four"]
    for text in texts:
        post(alice, room, text)
    connections.get("sid").is_away = True
    [seen] = [each for each in created(bob.get("/api/rooms"))["rooms"] if each["id"] == room["id"]]
    minutes_later(15)

    [(recipient, mail)] = office.mails
    assert recipient == "bob@example.com"
    assert mail["Subject"] == f"{seen['mention_count']} messages for you in Saebom Studio"
    assert [text for text in texts if text in text_in(mail)[0]] == texts[:3]


def test_a_server_that_is_not_trusted_gets_no_mail_and_owners_see_why(
    app, alice, bob, room, office, minutes_later, certificate, monkeypatch
):
    office.tls, office.is_tls_first = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), True
    office.tls.load_cert_chain(certificate.chain, certificate.key)
    url = f"smtps://me:secret@127.0.0.1:{office.port}"
    monkeypatch.setitem(app.extensions, "mail", parse_mail_server(url, "stet@chat.example.com"))
    post(alice, room, "@Bob Lee look")
    minutes_later(15)

    assert office.logins == office.mails == []
    [row] = waiting(app)
    facts = next(one for one in created(alice.get("/api/delivery"))["carriers"] if one["name"] == "mail")
    [failing] = facts["failing"]
    assert (failing["lane"], failing["attempts"], row.attempts) == (str(bob.user_id), 1, 1)
    assert "CERTIFICATE_VERIFY_FAILED" in failing["error"]
    assert bob.get("/api/delivery").status_code == 403

    monkeypatch.setattr(mail_server, "_trust", lambda: ssl.create_default_context(cafile=certificate.authority))
    minutes_later(30)

    assert [recipient for recipient, _ in office.mails] == ["bob@example.com"]
    assert len(office.logins) == 1
    assert waiting(app) == []


def read(bob, room, message, alice):
    created(bob.put(f"/api/rooms/{room['id']}/read", json={"message_id": message["id"]}))


def delete(bob, room, message, alice):
    created(alice.delete(f"/api/messages/{message['id']}"))


def remove(bob, room, message, alice):
    created(alice.delete(f"/api/rooms/{room['id']}/members/{bob.user_id}"))


def mute(bob, room, message, alice):
    created(bob.patch(f"/api/rooms/{room['id']}/preferences", json={"is_muted": True}))


def silence(bob, room, message, alice):
    created(bob.patch(f"/api/rooms/{room['id']}/preferences", json={"level": "nothing"}))


def decline(bob, room, message, alice):
    created(bob.patch("/api/me/preferences", json={"mail_missed": False}))


def deactivate(bob, room, message, alice):
    created(alice.patch(f"/api/users/{bob.user_id}", json={"deactivated": True}))


@pytest.mark.parametrize("happens", [read, delete, remove, mute, silence, decline, deactivate])
def test_what_has_come_to_nothing_is_not_mailed(app, alice, bob, room, office, minutes_later, happens):
    message = post(alice, room, "@Bob Lee look")["message"]
    app.extensions["listeners"].drain("mail")
    assert len(waiting(app)) == 1
    happens(bob, room, message, alice)

    minutes_later(15)

    assert office.mails == []
    assert waiting(app) == []


def test_quiet_hours_hold_it_back(app, alice, bob, room, office, minutes_later):
    until = (now() + dt.timedelta(minutes=40)).isoformat().replace("+00:00", "Z")
    created(bob.patch("/api/me/preferences", json={"dnd_until": until}))
    post(alice, room, "@Bob Lee look")
    minutes_later(15)
    minutes_later(31)
    assert office.mails == []
    [held] = waiting(app)
    assert held.attempts == 0

    minutes_later(47)

    assert len(office.mails) == 1


def test_nobody_is_mailed_while_they_look_at_it(app, alice, bob, room, office, minutes_later):
    connections = app.extensions["connections"]
    post(alice, room, "@Bob Lee look")
    with app.app_context():
        from chat.queries.caller import caller_by_token

        connections.add("sid", caller_by_token(bob.token), list)
    minutes_later(15)
    assert office.mails == []
    connections.get("sid").is_away = True

    minutes_later(31)

    assert len(office.mails) == 1


def test_the_next_one_comes_an_hour_later_and_repeats_nothing(alice, bob, room, office, minutes_later):
    post(alice, room, "@Bob Lee first")
    minutes_later(15)
    with clock_at(now() + dt.timedelta(minutes=20)):
        post(alice, room, "@Bob Lee second")
        post(alice, room, "@Bob Lee third")
    minutes_later(40)
    assert len(office.mails) == 1

    minutes_later(76)

    [_, mail] = mails_to(office, "bob")
    assert mail["Subject"] == "2 messages for you in Saebom Studio"
    assert "first" not in text_in(mail)[0]


def test_who_read_the_first_one_gets_the_second_no_earlier(alice, bob, room, office, minutes_later):
    first = post(alice, room, "@Bob Lee first")["message"]
    read(bob, room, first, alice)
    minutes_later(0)
    with clock_at(now() + dt.timedelta(minutes=10)):
        post(alice, room, "@Bob Lee second")
    minutes_later(16)
    assert office.mails == []

    minutes_later(26)

    assert len(office.mails) == 1


def test_a_mail_server_that_is_away_loses_nothing_and_brings_one_mail_in_the_end(
    app, alice, bob, carol, room, office, minutes_later, caplog
):
    office.close()
    for minute in range(0, 100, 20):
        with clock_at(now() + dt.timedelta(minutes=minute)):
            post(alice, room, f"@Bob Lee at {minute}")
            app.extensions["listeners"].drain("mail")
        minutes_later(minute + 16)
    assert any(row.attempts for row in waiting(app))
    assert len(waiting(app)) > 1
    office.open()

    minutes_later(120)
    minutes_later(200)

    [mail] = mails_to(office, "bob")
    assert all(f"at {minute}" in text_in(mail)[0] for minute in range(0, 100, 20))
    assert waiting(app) == []


def test_greylisting_holds_up_nobody_else_and_an_address_that_is_none_is_given_up_on(
    app, alice, bob, carol, room, office, minutes_later
):
    created(alice.post(f"/api/rooms/{room['id']}/members", json={"user_id": carol.user_id}))
    office.refusals = {"bob@example.com": "451 come again"}
    post(alice, room, "@Bob Lee @Carol Park look")
    minutes_later(15)
    assert [recipient for recipient, _ in office.mails] == ["carol@example.com"]
    [row] = waiting(app)
    assert (row.lane, row.attempts) == (str(bob.user_id), 1)
    assert "451" in row.note

    office.refusals = {"bob@example.com": "550 no such user"}
    minutes_later(17)

    assert waiting(app) == []
    facts = next(one for one in created(alice.get("/api/delivery"))["carriers"] if one["name"] == "mail")
    assert [(one["lane"], one["error"]) for one in facts["given_up"]] == [
        (str(bob.user_id), "PermanentError: 550 no such user")
    ]


def test_killed_after_it_was_handed_over_the_same_mail_comes_again(app, alice, bob, room, office, minutes_later):
    post(alice, room, "@Bob Lee look")
    office.is_cut_off = True
    minutes_later(15)
    office.is_cut_off = False
    failpoints.arm("mail_handed_over=raise")
    minutes_later(16)
    failpoints.arm("")

    minutes_later(20)
    minutes_later(200)

    ids = [mail["Message-ID"] for mail in mails_to(office, "bob")]
    assert len(ids) == 3
    assert len(set(ids)) == 1
    assert ids[0].endswith("@chat.example.com>")


def test_a_name_or_a_subject_cannot_add_a_header(app, alice, bob, room, office, minutes_later):
    from chat.models import User, Workspace
    from chat.unit_of_work import unit_of_work

    post(alice, room, "@Bob Lee look")
    with app.app_context(), unit_of_work():
        db.session.get(User, bob.user_id).name = "Bob\r\nBcc: eve@example.com"
        db.session.get(User, alice.user_id).name = "Alice\nX: y"
        db.session.get(Workspace, 1).name = "Studio\r\nBcc: eve@example.com"
    minutes_later(15)

    [(recipient, mail)] = office.mails
    assert recipient == "bob@example.com"
    assert mail["Bcc"] is None
    assert mail["To"] == '"Bob Bcc: eve@example.com" <bob@example.com>'
    assert mail["Subject"] == "1 message for you in Studio Bcc: eve@example.com"


def test_without_mail_nothing_is_planned(app, alice, bob, room, minutes_later, monkeypatch):
    monkeypatch.setitem(app.extensions, "mail", None)
    post(alice, room, "@Bob Lee look")
    minutes_later(15)

    assert waiting(app) == []


def test_the_link_in_it_stops_them_at_one_click_and_nobody_can_forge_it(
    alice, bob, room, office, anonymous, minutes_later, caplog
):
    caplog.set_level(logging.DEBUG)
    post(alice, room, "@Bob Lee look")
    minutes_later(15)
    path = links_in(mails_to(office, "bob")[0])[-1].removeprefix("http://localhost")

    asked = anonymous.get(path)
    assert "bob@example.com" in asked.get_data(as_text=True)
    assert created(bob.get("/api/me/preferences"))["preferences"]["mail_missed"] is True
    for forged in (f"{path}x", path.replace("unsubscribe/", "unsubscribe/1."), "/mail/unsubscribe/1"):
        assert anonymous.get(forged).status_code == anonymous.post(forged).status_code == 404

    clicked = anonymous.post(path, data={"List-Unsubscribe": "One-Click"})

    assert clicked.status_code == 200
    assert created(bob.get("/api/me/preferences"))["preferences"]["mail_missed"] is False
    assert created(alice.get("/api/me/preferences"))["preferences"]["mail_missed"] is True
    post(alice, room, "@Bob Lee look again")
    minutes_later(100)
    assert len(office.mails) == 1
