"""Invites and links for a new password by mail: the link out of the mail works, and no secret waits anywhere."""

import pytest

from chat.clock import clock_at, in_hours, moment_of
from chat.extensions import db
from chat.factory import close_app, create_app
from chat.models import Delivery
from tests.conftest import created
from tests.pages import owner_browser, submit, text_of
from tests.people import PASSWORD, browser, join, new_person, sign_in
from tests.post_office import links_in, text_in

NEXT_PASSWORD = "another long sentence"


def forget(client, email):
    return client.post("/api/forgotten", json={"email": email})


def path_in(mail):
    return links_in(mail)[0].removeprefix("http://localhost")


@pytest.fixture
def dana(app, alice):
    return join(app, created(alice.post("/api/invites", json={}))["code"], "Dana")


def test_whoever_forgot_their_password_gets_in_by_the_link_in_the_mail(app, alice, dana, office, minutes_later):
    created(dana.patch("/api/me", json={"language": "ko"}))
    page = browser(app)
    assert "비밀번호를 잊으셨나요?" in text_of(page.get("/sign-in", headers={"Accept-Language": "ko"}))
    answer = submit(page, "/forgotten", email="Dana@example.com")
    assert "If dana@example.com has an account here" in text_of(answer)
    with app.app_context():
        stored = " ".join(row.payload + row.key for row in db.session.query(Delivery))

    minutes_later(0)

    [(recipient, mail)] = office.mails
    assert recipient == "dana@example.com"
    assert mail["Subject"] == "Saebom Studio의 새 비밀번호 정하기"
    token = path_in(mail).rpartition("/")[2]
    assert token not in stored
    set_again = browser(app).post(f"/api/reset/{token}", json={"password": NEXT_PASSWORD})
    assert set_again.status_code == 201
    assert dana.get("/api/me").status_code == 401
    assert sign_in(app, "Dana", password=NEXT_PASSWORD).get("/api/me").status_code == 200
    assert browser(app).post(f"/api/reset/{token}", json={"password": PASSWORD}).status_code == 410


def test_the_answer_does_not_tell_whether_somebody_has_the_address(app, alice, dana, anonymous, office, minutes_later):
    known, unknown = forget(anonymous, "dana@example.com"), forget(anonymous, "nobody@example.com")

    assert (known.status_code, known.data) == (unknown.status_code, unknown.data) == (202, b"{}\n")
    minutes_later(0)
    assert [recipient for recipient, _ in office.mails] == ["dana@example.com"]
    with app.app_context():
        assert db.session.query(Delivery).count() == 0
    assert anonymous.post("/api/forgotten", data={"email": "dana@example.com"}).status_code == 415
    for junk in ("x", 1, None, ["dana@example.com"], "a@b.example\r\nBcc: c@d.example"):
        assert forget(anonymous, junk).status_code == 422


def test_every_try_has_the_same_link_and_the_last_request_counts(app, alice, dana, anonymous, office, minutes_later):
    office.is_cut_off = True
    forget(anonymous, "dana@example.com")
    minutes_later(0)
    office.is_cut_off = False
    minutes_later(1)
    first, again = (mail for _, mail in office.mails)
    assert first["Message-ID"] == again["Message-ID"]
    assert path_in(first) == path_in(again)
    assert anonymous.get(f"/api{path_in(first)}").status_code == 200

    forget(anonymous, "dana@example.com")
    minutes_later(0)

    assert anonymous.get(f"/api{path_in(first)}").status_code == 410
    latest = path_in(office.mails[-1][1])
    assert anonymous.get(f"/api{latest}").status_code == 200
    with clock_at(moment_of(in_hours(2.1))):
        assert anonymous.get(f"/api{latest}").status_code == 410


def test_a_link_that_nobody_waits_for_any_more_is_not_sent(app, alice, dana, anonymous, office, minutes_later):
    office.close()
    forget(anonymous, "dana@example.com")
    minutes_later(0)
    office.open()

    minutes_later(61)

    assert office.mails == []


def test_an_invite_goes_to_its_address_and_lets_in_one_person(app, alice, bob, office, minutes_later, anonymous):
    assert bob.post("/api/invites", json={"email": "min@example.com"}).status_code == 403
    taken = alice.post("/api/invites", json={"email": "Bob@example.com"})
    assert (taken.status_code, taken.get_json()["code"]) == (409, "email_taken")
    made = created(alice.post("/api/invites", json={"email": "Min@example.com", "max_uses": 9}))["invite"]
    assert (made["email"], made["max_uses"]) == ("min@example.com", 1)
    revoked = created(alice.post("/api/invites", json={"email": "late@example.com"}))["invite"]
    created(alice.delete(f"/api/invites/{revoked['id']}"))

    minutes_later(0)

    [(recipient, mail)] = office.mails
    assert recipient == "min@example.com"
    assert mail["Subject"] == "Alice Kim invites you to Saebom Studio"
    assert mail["List-Unsubscribe"] is None
    assert anonymous.get(path_in(mail)).status_code == 200
    assert browser(app).post(f"/api{path_in(mail)}", json=new_person("Min")).status_code == 201
    assert browser(app).post(f"/api{path_in(mail)}", json=new_person("Eve")).status_code == 410


def test_admins_invite_many_at_once_or_nobody(app, alice, office, minutes_later):
    olga = owner_browser(app, alice)

    def invite(emails, **fields):
        return submit(olga, "/admin/people", to="/admin/invites/mail", emails=emails, role="member", **fields)

    for emails, sentence in (
        ("min@example.com\nnot an address", "not is not an email address."),
        ("min@example.com, alice@example.com", "alice@example.com has an account already."),
        ("\n".join(f"p{n}@example.com" for n in range(51)), "50 addresses are the most at once."),
        (" ", "Type an address first."),
    ):
        page = invite(emails)
        assert page.status_code in {409, 422}
        assert sentence in text_of(page)
        assert emails.strip().split("\n")[0] in text_of(page)
    minutes_later(0)
    assert office.mails == []

    assert invite("min@example.com, yuna@example.com\nMIN@example.com;jun@example.com").status_code == 302
    minutes_later(0)

    assert [recipient for recipient, _ in office.mails] == ["min@example.com", "yuna@example.com", "jun@example.com"]
    assert len({path_in(mail) for _, mail in office.mails}) == 3
    page = text_of(olga.get("/admin/people"))
    assert "3 invites are on their way." in page
    assert "Mailed to min@example.com" in page


def test_requests_for_a_link_are_counted_per_account_and_per_address(settings):
    strict = create_app(settings.model_copy(update={"rate_limits": True, "data": settings.data / "strict"}))
    client = strict.test_client()

    assert [forget(client, "limited@example.com").status_code for _ in range(5)] == [202, 202, 202, 202, 429]
    assert forget(client, "other@example.com").status_code == 202
    assert [forget(client, f"limited{number}@example.com").status_code for number in range(20)][-1] == 429
    close_app(strict)


def test_admins_see_whether_mail_is_on_and_test_it(app, alice, bob, office, monkeypatch):
    olga = owner_browser(app, alice)
    assert created(alice.get("/api/mail"))["mail"] == {
        "is_on": True,
        "server": f"127.0.0.1:{office.port}",
        "sender": "Stet <stet@chat.example.com>",
    }
    assert bob.get("/api/mail").status_code == bob.post("/api/mail/test").status_code == 403
    assert created(alice.post("/api/mail/test")) == {"sent_to": "alice@example.com"}
    assert "This is the test that you asked for." in text_in(office.mails[0][1])[0]
    assert submit(olga, "/admin/workspace", to="/admin/workspace/mail-test").status_code == 302
    assert "The mail server has taken a mail to olga@example.com." in text_of(olga.get("/admin/workspace"))

    office.refusals = {"alice@example.com": "550 no such user", "olga@example.com": "451 later"}
    refused = alice.post("/api/mail/test")
    assert (refused.status_code, refused.get_json()["code"]) == (502, "mail_failed")
    assert refused.get_json()["reason"] == "550 no such user"
    page = submit(olga, "/admin/workspace", to="/admin/workspace/mail-test")
    assert page.status_code == 502
    assert "451" in text_of(page)

    monkeypatch.setitem(app.extensions, "mail", None)
    assert "Mail is off" in text_of(olga.get("/admin/workspace"))
    assert "Invite by mail" not in text_of(olga.get("/admin/people"))
    assert "Forgot your password?" not in text_of(app.test_client().get("/sign-in"))
    for answer in (alice.post("/api/mail/test"), alice.post("/api/invites", json={"email": "x@example.com"})):
        assert (answer.status_code, answer.get_json()["code"]) == (409, "mail_off")
