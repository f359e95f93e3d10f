"""The gate before Engine.IO."""

import pytest

HANDSHAKE = "/socket.io/?EIO=4&transport=polling"
OPENED = b"0{"


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost"}])
def test_a_tool_without_a_cookie_may_go_on_and_sign_in_with_its_token(app, anonymous, headers):
    answer = anonymous.get(HANDSHAKE, headers=headers)

    assert answer.status_code == 200
    assert answer.data.startswith(OPENED)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_another_site_is_refused(app, anonymous, headers):
    assert anonymous.get(HANDSHAKE, headers=headers).status_code == 403


def test_a_cookie_that_is_not_a_session_is_refused(app, anonymous):
    anonymous.set_cookie("stet_session", "not a session")

    assert anonymous.get(HANDSHAKE).status_code == 401


def test_another_host_name_is_refused(app, anonymous):
    assert anonymous.get(HANDSHAKE, headers={"Host": "evil.example"}).status_code == 400
