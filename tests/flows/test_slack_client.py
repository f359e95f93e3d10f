"""Slack's own client posts into a room of ours, as it is: https://pypi.org/project/slack-sdk/."""

from slack_sdk.models.attachments import Attachment
from slack_sdk.models.blocks import DividerBlock, HeaderBlock, MarkdownTextObject, SectionBlock
from slack_sdk.webhook import WebhookClient

BY = "by *mina*"


def test_slacks_client_posts_into_a_room(live_server):
    room = live_server.call(0, "GET", "/api/rooms").body["rooms"][0]
    body = {"room_id": room["id"], "name": "Deploys"}
    hook = live_server.call(0, "POST", "/api/hooks/incoming", body).body
    client = WebhookClient(hook["url"])

    answers = [
        client.send(text="*Deployed* &lt;1.2&gt;"),
        client.send(
            text="Deployed",
            blocks=[
                HeaderBlock(text="Deployed"),
                SectionBlock(text=MarkdownTextObject(text="by *mina*")),
                DividerBlock(),
            ],
            attachments=[Attachment(text="<https://a.example|log>", title="Build", color="#36a64f")],
            unfurl_links=False,
            headers={"X-Trace": "1"},
        ),
        client.send_dict({"text": "again", "channel": "#elsewhere", "username": "somebody", "icon_emoji": ":ghost:"}),
    ]
    refused = client.send(text="")
    elsewhere = WebhookClient(hook["url"] + "x").send(text="hello")

    assert [(answer.status_code, answer.body) for answer in answers] == [(200, "ok")] * 3
    assert (refused.status_code, refused.body) == (400, "no_text")
    assert (elsewhere.status_code, elsewhere.body) == (404, "no_service")
    messages = live_server.call(1, "GET", f"/api/rooms/{room['id']}/messages").body["messages"]
    assert [message["text"] for message in messages if message["author_id"] == hook["hook"]["bot_id"]] == [
        "**Deployed** <1.2>",
        "### Deployed\n\nby **mina**\n\n———\n\n> **Build**\n> [log](https://a.example)",
        "again",
    ]
