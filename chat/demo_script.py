"""Who says what in the demo workspace; minutes count from two days before now."""

from dataclasses import dataclass, field

TODAY = 2 * 24 * 60
ROOM_OF_HOOKS = "backend"
CODE = """```python
@socketio.on("sync")
def sync(positions):
    # one ordered stream per room: edits and deletions included
    for stream, position in positions.items():
        yield stream, events_after(stream, position, limit=500)
```"""

PEOPLE = {
    "jiwoo": ("Jiwoo Han", "owner", "en"),
    "mina": ("Mina Park", "admin", "en"),
    "seojun": ("김서준", "member", "ko"),
    "daeun": ("정다은", "member", "ko"),
    "leo": ("Leo Alvarez", "member", "en"),
    "ada": ("Ada Novak", "member", "en"),
    "priya": ("Priya Rao", "member", "en"),
    "haneul": ("윤하늘", "member", "ko"),
}
"""Name, role and language by the part of the email before the @; the first one owns the workspace."""


PROFILES: dict[str, dict[str, str]] = {
    "jiwoo": {"title": "Founder", "about": "Ask me anything, best before noon."},
    "mina": {"title": "Product manager", "pronouns": "she/her"},
    "seojun": {"title": "백엔드 개발자"},
    "daeun": {"title": "디자이너"},
    "leo": {"title": "Front end", "time_zone": "Europe/Madrid"},
    "ada": {"title": "Support lead", "pronouns": "she/her", "time_zone": "Europe/Prague"},
    "priya": {"title": "Data and operations", "time_zone": "Asia/Kolkata"},
    "haneul": {"title": "마케터"},
}
"""What they say of themselves."""

STATUSES = {"haneul": ("🌴", "휴가"), "leo": ("🏡", "Working remotely")}


@dataclass(frozen=True)
class Line:
    """One message; `is_read`: everybody has read up to here, so that what follows is new."""

    minute: int
    author: str
    language: str
    text: str
    reactions: dict[str, str] = field(default_factory=dict)
    edited_to: str | None = None
    is_deleted: bool = False
    is_read: bool = True
    files: tuple[str, ...] = ()
    """By name, of `demo_files.py`."""
    replies: tuple["Line", ...] = ()
    """The thread; there `is_read` speaks of the thread alone."""
    pinned_by: str | None = None
    saved_by: str | None = None
    name: str | None = None
    """By which other lines refer to it: `{link:name}` in their text, `quotes`."""
    quotes: str | None = None


LAUNCH = [
    Line(
        TODAY - 1010,
        "mina",
        "ko",
        "Release candidate 2 is on staging. 오늘 저녁까지 각자 맡은 화면을 한 번씩만 눌러봐 주세요 🙏",
        {"✅": "jiwoo leo daeun priya", "🎉": "ada seojun"},
        replies=(
            Line(TODAY - 940, "leo", "en", "Sign-in and password reset are fine. Moving on to invites."),
            Line(TODAY - 925, "daeun", "ko", "검색에서 두 글자짜리 한글 단어도 잘 나옵니다.", {"👏": "mina leo jiwoo"}),
            Line(TODAY - 900, "jiwoo", "en", "Uploads over the limit now say so _before_ sending."),
            Line(
                TODAY - 28,
                "seojun",
                "ko",
                "@Jiwoo Han 모바일에서 사이드바 여는 동작만 한 번 더 볼게요. 나머지는 문제없습니다.",
                is_read=False,
            ),
            Line(TODAY - 26, "leo", "en", "Same here on Android, the swipe feels right now.", is_read=False),
        ),
    ),
    Line(
        TODAY - 1009,
        "mina",
        "en",
        "Latency is back where we want it: p95 near **55 ms**, one spike to 110 ms.",
        files=("latency-p95.png",),
    ),
    Line(TODAY - 985, "leo", "en", "I think the invite page is broken", is_deleted=True),
    Line(
        TODAY - 950,
        "ada",
        "en",
        "Notes from the review are up: https://wiki.saebom.example/launch-review\n\n"
        "- [x] Support rota: @Priya Rao and me\n- [ ] Korean release notes: @Jiwoo Han",
        pinned_by="mina",
        name="review",
    ),
    Line(
        TODAY - 170,
        "leo",
        "en",
        "Went through sign-in, invites and search on Firefox and Safari, all good.",
        edited_to=(
            "Went through sign-in, invites and search on Firefox and Safari, all good."
            " One nit: the **Join** button needs more room in Korean."
        ),
        name="nit",
    ),
    Line(TODAY - 150, "priya", "en", "Fixed, it is on staging.", quotes="nit"),
    Line(
        TODAY - 48,
        "seojun",
        "ko",
        "@Jiwoo Han 배포는 오전 11시로 잡아도 될까요? 고객 공지 메일은 10시 30분에 나갑니다.",
        {"👍": "daeun mina"},
        is_read=False,
    ),
    Line(
        TODAY - 45,
        "daeun",
        "ko",
        "재접속할 때는 방마다 마지막 `stream_seq`만 보내면 됩니다."
        " 수정과 삭제도 같은 순번을 쓰기 때문에 빠지는 구간이 없어요.\n\n{code}",
        {"👀": "leo mina ada", "💡": "seojun jiwoo"},
        is_read=False,
        saved_by="jiwoo",
    ),
    Line(
        TODAY - 39,
        "jiwoo",
        "ko",
        "네, 11시 좋아요. I'll update the runbook and warn support before the mail goes out.",
        {"🙌": "seojun mina"},
        is_read=False,
    ),
    Line(
        TODAY - 31,
        "mina",
        "en",
        "Thanks! Then the checklist is done except for the release notes.",
        is_read=False,
        files=("release-checklist.md",),
    ),
]

ROOMS = [
    (
        "전체-공지",
        "모두가 보는 소식",
        "open",
        "all",
        [
            Line(
                TODAY - 1400,
                "jiwoo",
                "ko",
                "이번 주 금요일 오후에는 다 같이 사무실을 정리합니다. 간식은 준비해 둘게요 🍊",
            ),
            Line(TODAY - 60, "mina", "ko", "v2가 이번 주 수요일에 나갑니다. 모두 고생 많으셨어요!", is_read=False),
        ],
    ),
    (
        "backend",
        "",
        "open",
        "daeun jiwoo seojun leo",
        [
            Line(TODAY - 700, "daeun", "ko", "마이그레이션 0012는 스냅샷을 먼저 뜨고 돌립니다. 3초 걸렸어요."),
            Line(TODAY - 690, "leo", "en", "Nice. Rolled it back and forward twice on my copy, no difference."),
            Line(
                TODAY - 95,
                "seojun",
                "ko",
                "@Jiwoo Han 재시도 횟수를 5번으로 맞췄습니다. 리뷰 부탁드려요.",
                is_read=False,
            ),
        ],
    ),
    (
        "design",
        "Screens, words, icons",
        "open",
        "ada jiwoo mina haneul",
        [
            Line(TODAY - 1200, "haneul", "ko", "다크 모드 대비를 전부 다시 쟀습니다. 모든 글자가 AA를 넘어요."),
            Line(TODAY - 1190, "ada", "en", "Beautiful. The amber tint of mentions works in both."),
        ],
    ),
    ("incidents", "Only what is burning", "closed", "jiwoo mina seojun daeun", []),
    (
        "launch",
        "v2 goes out Wednesday · 출시 체크리스트는 위키에 있습니다",
        "open",
        "mina jiwoo seojun daeun leo ada priya",
        LAUNCH,
    ),
    (
        "support",
        "",
        "open",
        "priya jiwoo ada",
        [
            Line(TODAY - 400, "priya", "en", "Two questions about exports today, both answered with the help page."),
            Line(TODAY - 80, "ada", "en", "I can take the afternoon.", is_read=False),
        ],
    ),
    (
        "잡담",
        "",
        "open",
        "all",
        [
            Line(
                TODAY - 300, "haneul", "ko", "점심에 새로 생긴 칼국수집 가실 분?", {"🙋": "daeun seojun", "🍜": "mina"}
            ),
            Line(TODAY - 295, "leo", "en", "🎉🚀"),
        ],
    ),
]
"""Name, topic, kind, people (the first one made it), lines."""

DIRECT = [
    (
        ("daeun", "jiwoo"),
        [
            Line(TODAY - 200, "jiwoo", "ko", "어제 공유해 주신 벤치마크 잘 봤어요. 고맙습니다!"),
            Line(TODAY - 25, "daeun", "ko", "오후에 잠깐 시간 되세요? 출시 순서를 같이 보고 싶어요.", is_read=False),
        ],
    ),
    (("mina", "jiwoo"), [Line(TODAY - 500, "mina", "en", "Could you look over the announcement? It is in the wiki.")]),
    (
        ("ada", "jiwoo"),
        [
            Line(TODAY - 900, "jiwoo", "en", "Thank you for taking the support rota, as it says here: {link:review}"),
        ],
    ),
    (("seojun", "jiwoo", "leo", "priya"), [Line(TODAY - 800, "leo", "en", "Same time tomorrow for the dry run?")]),
]
"""People and lines."""
