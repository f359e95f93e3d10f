"""What Slack's webhooks are sent, as Markdown."""
# ruff: noqa: E501 - the table reads as a table

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.markup import People, render
from chat.slack.mrkdwn import markdown_of, plain_markdown
from chat.slack.payload import SlackMessage
from chat.slack.pieces import pieces_of

MRKDWN = [
    ("*bold* _italic_ ~struck~ `code`", "**bold** _italic_ ~~struck~~ `code`"),
    ("*_both_* and *중요*는", "**_both_** and **중요**는"),
    ("2 * 3 * 4, ~5, snake_case", "2 * 3 * 4, ~5, snake_case"),
    ("already **bold** and [words](https://a.example)", "already **bold** and [words](https://a.example)"),
    ("<https://a.example/?a=1&amp;b=2>", "<https://a.example/?a=1&b=2>"),
    ("<https://a.example|see *here*>", r"[see \*here\*](https://a.example)"),
    ("*<https://a.example/x_(y)|Build #7>*", "**[Build #7](<https://a.example/x_(y)>)**"),
    ("<mailto:ops@a.example|Ops>", "[Ops](mailto:ops@a.example)"),
    ("<tel:+82|call> <javascript:alert(1)|x>", "call <javascript:alert(1)|x>"),
    ("<@U1> <@U1|mina> <#C1|ops> <#C1>", "@U1 @mina #ops #C1"),
    ("<!here> <!here|here> <!channel> <!everyone>", "@here @here @room @room"),
    ("<!subteam^S1|@ops> <!date^1^{date}|Nov 30>", "@ops Nov 30"),
    ("a &lt;b&gt; &amp; c &amp;lt;", "a <b> & c &lt;"),
    ("`a &lt; *b* <https://x.example|x>`", "`a < *b* x`"),
    ("```one\n*two* &gt;```after", "```\none\n*two* >\n```\nafter"),
    ("before ```\none\n```", "before \n```\none\n```"),
    ("```json\n{}\n```", "```json\n{}\n```"),
    ("```one line```", "`one line`"),
    ("&gt; quoted\n>also\nnot", "> quoted\n> also\nnot"),
    ("first\n>>> all\nof this", "first\n> all\n> of this"),
    ("• one\n  ◦ two\n- three\n1. four", "- one\n  - two\n- three\n1. four"),
    (r"C:\*x \d", r"C:\\*x \d"),
    (":tada: 안녕", ":tada: 안녕"),
    ("nothing\x00 \x000\x00 here", "nothing 0 here"),
]


@pytest.mark.parametrize(("text", "markdown"), MRKDWN, ids=[text for text, _ in MRKDWN])
def test_mrkdwn_becomes_markdown(text, markdown):
    assert markdown_of(text) == markdown


def text_of(kind, text):
    return {"type": kind, "text": text}


def rich(*elements):
    return {"blocks": [{"type": "rich_text", "elements": list(elements)}]}


def section(*elements, kind="rich_text_section", **more):
    return {"type": kind, "elements": list(elements), **more}


PLAIN = {"type": "text", "text": "plain"}
PAYLOADS = [
    ({"text": "*a*", "is_mrkdwn": False}, r"\*a\*"),
    ({"text": "what notifications say", "blocks": [{"type": "header", "text": text_of("plain_text", "A\n*b*")}]}, r"### A \*b\*"),
    ({"text": "shown", "blocks": [{"type": "input"}, {"type": "nobody knows"}, 7, None]}, "shown"),
    ({"blocks": [{"type": "section", "text": text_of("mrkdwn", "*a*"), "fields": [text_of("mrkdwn", "_b_"), text_of("plain_text", "1. c")]}]}, "**a**\n_b_\n1\\. c"),
    ({"blocks": [{"type": "section", "text": text_of("mrkdwn", "a"), "accessory": {"type": "image", "image_url": "https://a.example/x.png", "alt_text": "a graph"}}]}, "a\n[a graph](https://a.example/x.png)"),
    ({"blocks": [{"type": "context", "elements": [text_of("mrkdwn", "by *mina*"), {"type": "image", "image_url": "https://a.example/x.png", "alt_text": "logo"}]}]}, "by **mina** [logo](https://a.example/x.png)"),
    ({"blocks": [{"type": "divider"}, {"type": "markdown", "text": "**as it is**"}]}, "———\n\n**as it is**"),
    ({"blocks": [{"type": "image", "title": text_of("plain_text", "Load"), "image_url": "https://a.example/x.png", "alt_text": "a graph"}]}, "Load\n[a graph](https://a.example/x.png)"),
    ({"blocks": [{"type": "actions", "elements": [{"type": "button", "text": text_of("plain_text", "Open"), "url": "https://a.example"}, {"type": "button", "text": text_of("plain_text", "Approve")}, {"type": "button", "text": text_of("plain_text", "Log"), "url": "https://b.example"}]}]}, "[Open](https://a.example) · [Log](https://b.example)"),
    ({"blocks": [{"type": "table", "rows": [[{"type": "raw_text", "text": "a|b"}, {"type": "raw_text", "text": "c"}], [{"type": "raw_text", "text": "d"}], "x"]}]}, "| a\\|b | c |\n| --- | --- |\n| d |  |"),
    (rich(section(PLAIN, {"type": "text", "text": " bold_* ", "style": {"bold": True, "italic": True}}, {"type": "text", "text": "x`y", "style": {"code": True}})), r"plain **_bold\_\*_** `` x`y ``"),
    (rich(section({"type": "link", "url": "https://a.example", "text": "a"}, {"type": "emoji", "name": "tada"}, {"type": "broadcast", "range": "channel"}, {"type": "user", "user_id": "U1"}, {"type": "channel", "channel_id": "C1"}, {"type": "date", "fallback": "today"}, {"type": "color", "value": "#fff"})), "[a](https://a.example):tada:@room@U1#C1today#fff"),
    (rich(section(section(PLAIN), section(PLAIN), kind="rich_text_list", style="ordered", offset=2), section(section(PLAIN), kind="rich_text_list", style="bullet", indent=1)), "3. plain\n4. plain\n   - plain"),
    (rich(section({"type": "text", "text": "a\nb"}, kind="rich_text_quote"), section({"type": "text", "text": "x = 1\ny ```"}, {"type": "link", "url": "https://a.example"}, kind="rich_text_preformatted")), "> a\n> b\n````\nx = 1\ny ```https://a.example\n````"),
    ({"text": "a", "attachments": [{"fallback": "not shown", "color": "#f00", "pretext": "*New*", "author_name": "mina", "author_link": "https://a.example/m", "title": "Bug *7*", "title_link": "https://a.example/7", "text": "_it_\nbroke", "fields": [{"title": "Prio", "value": "*high*", "short": True}, {"title": "Count", "value": 3}, {"value": "alone"}], "image_url": "https://a.example/x.png", "actions": [{"type": "button", "text": "Fix", "url": "https://a.example/fix"}, {"text": "no link"}], "footer": "CI", "ts": 1}]},
     "a\n\n**New**\n\n> [mina](https://a.example/m)\n> **[Bug \\*7\\*](https://a.example/7)**\n> _it_\n> broke\n> **Prio** **high**\n> **Count** 3\n> alone\n> <https://a.example/x.png>\n> [Fix](https://a.example/fix)\n> CI"),
    ({"attachments": [{"fallback": "only *this*"}, {"blocks": [{"type": "section", "text": text_of("mrkdwn", "*in*")}]}, {}, "x"]}, "> only \\*this\\*\n\n> **in**"),
    ({"text": "", "blocks": [{"type": "section"}, {"type": "rich_text"}, {"type": "table", "rows": []}], "attachments": [{"fields": "x", "title": ["x"], "text": None}]}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("payload", "markdown"), PAYLOADS, ids=[str(number) for number in range(len(PAYLOADS))])
def test_a_payload_becomes_markdown(payload, markdown):
    assert SlackMessage(**payload).markdown() == markdown


KEYS = [
    "type",
    "text",
    "elements",
    "fields",
    "style",
    "url",
    "rows",
    "title",
    "value",
    "alt_text",
    "image_url",
    "indent",
]
KINDS = [
    "section",
    "rich_text",
    "rich_text_list",
    "rich_text_section",
    "context",
    "actions",
    "table",
    "image",
    "link",
    "text",
]
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(KINDS) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(junk, max_size=4), st.lists(junk, max_size=4), st.text("*_~`<>@!#|&lt;\n\\x \x00", max_size=60))
def test_whatever_is_in_it_there_is_a_text(blocks, attachments, text):
    assert isinstance(SlackMessage(text, blocks=blocks, attachments=attachments).markdown(), str)


@pytest.mark.parametrize("text", ["*a* _b_ ~~c~~ `d` [e](f) <g>", "- a", "1. b", "# c", "> d", "\\*"])
def test_plain_text_looks_as_it_was_written(text):
    shown = render(plain_markdown(text), People(())).html

    assert shown == f"<p>{text.replace('<', '&lt;').replace('>', '&gt;')}</p>"


def test_a_long_text_is_cut_between_lines_and_its_code_stays_code():
    lines = [f"line {number} of the log" for number in range(900)]
    text = "look:\n```\n" + "\n".join(lines) + "\n```\nthat was it"

    pieces = pieces_of(text, longest=4_000)

    assert len(pieces) == 5
    assert all(len(piece) <= 4_000 and piece.count("```") == 2 for piece in pieces)
    assert [line for piece in pieces for line in piece.split("\n") if line.startswith("line")] == lines
    assert pieces[-1].endswith("that was it")


@pytest.mark.parametrize("text", ["x" * 9_000, "word " * 2_000, "```\n" + "y" * 9_000, "```" + "z" * 9_000])
def test_what_has_no_good_place_is_cut_anyway(text):
    pieces = pieces_of(text, longest=1_000)

    assert all(0 < len(piece) <= 1_000 for piece in pieces)
    assert "".join(pieces).count(text[-2]) == text.count(text[-2])
