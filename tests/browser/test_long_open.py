"""A page that is left open in a busy room stays as small as it was."""

from playwright.sync_api import expect

POST_MANY = """async ([from, to]) => {
    const { csrf_token: csrf } = JSON.parse(document.getElementById("boot").textContent);
    const room = document.querySelector(".side a[href^='/rooms/']").getAttribute("href").split("/")[2];
    const post = n => fetch(`/api/rooms/${room}/messages`, {
        method: "POST",
        headers: {"Content-Type": "application/json", "X-CSRF-Token": csrf, "Idempotency-Key": crypto.randomUUID()},
        body: JSON.stringify({text: `number ${n}`}),
    });
    for (let n = from; n < to; n += 10) await Promise.all(Array.from({length: 10}, (_, i) => post(n + i)));
}"""
HELD = "() => [document.querySelectorAll('.log .msg').length, document.querySelector('.log-list').childNodes.length]"


def test_rows_and_what_stands_between_them_do_not_add_up(alice, bob):
    bob.evaluate(POST_MANY, [0, 300])
    expect(alice.locator(".log .msg").last).to_contain_text("number 29")
    alice.wait_for_timeout(1500)
    rows, nodes = alice.evaluate(HELD)

    bob.evaluate(POST_MANY, [300, 500])
    expect(alice.locator(".log .msg").last).to_contain_text("number 49")
    alice.wait_for_timeout(1500)

    assert rows <= 240
    later_rows, later_nodes = alice.evaluate(HELD)
    assert later_rows <= 240
    # Three nodes a row: the row and the marks around it.
    assert later_nodes <= nodes + 12
