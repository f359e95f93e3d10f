"""Words to watch are marked where they stand, for whoever watches for them and nobody else."""

from playwright.sync_api import expect

from tests.browser.conftest import send
from tests.browser.test_keeping import choose, row, write

SAID = "오늘 배포를 해요, the **plan** is `plan.md`: no planning"
WORDS = ["배포", "plan", "plan"]
COPIED = """element => {
    getSelection().selectAllChildren(element);
    return getSelection().toString();
}"""


def watch(page, *words):
    write(page, "PATCH", "/api/me/preferences", {"keywords": words})


def test_a_word_to_watch_is_marked_in_rooms_threads_and_mentions(alice, bob):
    watch(bob, "배포", "PLAN")
    send(alice, SAID)

    prose = row(bob, "오늘").locator(".prose")
    expect(prose.locator("mark")).to_have_text(WORDS)
    expect(row(alice, "오늘").locator("mark")).to_have_count(0)
    plain = row(alice, "오늘").locator(".prose").evaluate(COPIED)
    assert prose.evaluate(COPIED) == plain
    bob.reload()
    expect(prose.locator("mark")).to_have_text(WORDS)

    choose(bob, "오늘", "Reply in thread")
    expect(bob.locator("stet-thread .prose mark")).to_have_text(WORDS)
    send(bob, "my own plan")
    expect(row(bob, "my own").locator("mark")).to_have_count(0)

    bob.goto("/mentions")
    expect(bob.locator(".entry .prose mark")).to_have_text(WORDS)
    bob.go_back()
    watch(bob, "planning")
    expect(row(bob, "오늘").locator("mark").first).to_have_text("planning")
