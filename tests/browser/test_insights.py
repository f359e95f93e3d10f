"""Insights: charts that tell their bars to the pointer, to the keyboard and in Korean, on a phone too."""

from playwright.sync_api import expect

from tests.browser.conftest import send

COUNTED = """async count => {
    for (let found; found?.totals.messages !== count; ) found = await (await fetch("/api/insights")).json();
}"""
SPEAK_KOREAN = """async () => {
    const { csrf_token: token } = await (await fetch("/api/me")).json();
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": token };
    await fetch("/api/me", { method: "PATCH", headers, body: '{"language": "ko"}' });
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"


def test_a_chart_tells_its_bars_by_pointer_and_keyboard(alice, bob):
    send(alice, "is anybody there?")
    send(bob, "yes")
    alice.evaluate(COUNTED, 2)
    alice.goto("/admin/insights?days=7&by=day")
    chart = alice.locator("#chart-messages")
    readout = chart.locator(".readout")
    usual = readout.inner_text()
    assert usual.startswith("highest: ")
    assert usual.endswith(": 2 messages")

    slider = alice.get_by_role("slider", name="Messages")
    slider.focus()
    expect(slider).to_have_attribute("aria-valuetext", usual.removeprefix("highest: "))
    alice.keyboard.press("ArrowLeft")
    expect(readout).to_contain_text(": 0 messages")
    expect(chart.locator(".slot[data-state=on]")).to_have_count(1)
    alice.keyboard.press("Tab")
    expect(readout).to_have_text(usual)

    box = chart.locator("svg").bounding_box()
    alice.mouse.move(box["x"] + 3, box["y"] + 10)
    expect(readout).to_contain_text(": 0 messages")
    alice.mouse.move(0, 0)
    expect(readout).to_have_text(usual)


def test_the_page_is_korean_and_fits_a_phone(alice):
    send(alice, "hello")
    alice.evaluate(COUNTED, 1)
    alice.evaluate(SPEAK_KOREAN)
    alice.set_viewport_size({"width": 390, "height": 844})
    alice.goto("/admin/insights?days=365")
    expect(alice.get_by_role("heading", level=1)).to_have_text("인사이트")
    expect(alice.locator("#chart-messages .readout")).to_contain_text("메시지 1개")

    alice.locator(".all-figures summary").first.click()

    expect(alice.get_by_role("columnheader", name="응답 시간 중앙값")).to_be_visible()
    assert alice.evaluate(OVERFLOW) <= 0
