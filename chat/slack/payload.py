"""A whole message of Slack's as Markdown."""

from dataclasses import dataclass, field
from typing import Any

from chat.slack.attachments import attachments_markdown
from chat.slack.blocks import blocks_markdown
from chat.slack.mrkdwn import markdown_of, plain_markdown


@dataclass(frozen=True)
class SlackMessage:
    """What Slack shows of a payload; from whom it is and where to is not for the sender to choose."""

    text: str = ""
    is_mrkdwn: bool = True
    blocks: list[Any] = field(default_factory=list)
    attachments: list[Any] = field(default_factory=list)

    def markdown(self) -> str:
        """Return all of it; with blocks the text is only what notifications would say, as in Slack."""
        text = markdown_of(self.text) if self.is_mrkdwn else plain_markdown(self.text)
        shown = blocks_markdown(self.blocks) or [text]
        return "\n\n".join(part for part in [*shown, *attachments_markdown(self.attachments)] if part.strip())
