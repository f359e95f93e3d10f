"""Mail in the pages: a new password by the link in the mail, invites, a test of it, and no digests any more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.post_office import PostOffice, links_in

NEXT_PASSWORD = "another long sentence"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    made = PostOffice()
    made.open()
    yield made
    made.close()


@pytest.fixture
def server(data: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Return a running server with mail on."""
    running = Server(data)
    monkeypatch.setenv("STET_PUBLIC_URL", running.url)
    monkeypatch.setenv("STET_MAIL_URL", office.url)
    monkeypatch.setenv("STET_MAIL_FROM", "Stet <stet@example.com>")
    running.start()
    yield running
    running.stop()


def test_a_new_password_by_mail_and_everything_else_about_it(alice: Any, bob: Any, office: PostOffice) -> None:
    bob.goto("/settings/notifications")
    digests = bob.get_by_label("Mail me about what I missed")
    expect(digests).to_be_checked()
    with bob.expect_response("**/api/me/preferences"):
        digests.uncheck()
    bob.reload()
    expect(digests).not_to_be_checked()

    alice.goto("/admin/workspace")
    alice.get_by_role("button", name="Send me a test").click()
    expect(alice.get_by_text("The mail server has taken a mail to alice@example.com.")).to_be_visible()
    alice.goto("/admin/people")
    alice.fill("#emails", "min@example.com, not-an-address")
    alice.get_by_role("button", name="Send invites").click()
    expect(alice.get_by_text("not-an-address is not an email address.")).to_be_visible()
    expect(alice.locator("#emails")).to_have_value("min@example.com, not-an-address")

    bob.context.clear_cookies()
    bob.goto("/sign-in")
    bob.get_by_role("link", name="Forgot your password?").click()
    office.arrived.clear()
    bob.fill("#email", "bob@example.com")
    bob.press("#email", "Enter")
    expect(bob.get_by_role("heading", name="Look into your mail")).to_be_visible()
    assert office.arrived.wait(30)
    bob.goto(links_in(office.mails[-1][1])[0])
    bob.fill("#password", NEXT_PASSWORD)
    bob.press("#password", "Enter")
    bob.wait_for_selector("#composer")
    assert [recipient for recipient, _ in office.mails] == ["alice@example.com", "bob@example.com"]
