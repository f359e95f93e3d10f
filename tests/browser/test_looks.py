"""How the page looks is chosen once, holds on every device, and is there at the first paint."""

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD

SIZE = "() => getComputedStyle(document.documentElement).fontSize"


def test_a_text_size_holds_here_at_once_and_on_my_other_devices(alice, new_page):
    phone = new_page(viewport={"width": 390, "height": 844})
    phone.goto("/sign-in")
    phone.fill("#email", "alice@example.com")
    phone.fill("#password", PASSWORD)
    phone.keyboard.press("Enter")
    phone.wait_for_selector("#composer")

    page = alice.context.new_page()
    page.goto("/settings/appearance")
    page.get_by_role("radio", name="150 %").check()
    expect(page.locator(".toast")).to_have_text("Saved")
    assert page.evaluate(SIZE) == "24px"

    expect(phone.locator("html")).to_have_attribute("data-text-size", "150")
    overflow = phone.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0
    page.goto("/settings/profile")
    assert page.locator("html").get_attribute("data-text-size") == "150"
    page.close()


def test_nothing_moves_for_who_wants_no_motion_and_focus_shows_without_shadows(alice):
    alice.evaluate("() => { document.documentElement.dataset.motion = 'reduced'; }")
    durations = alice.evaluate(
        """() => [...document.querySelectorAll("*")].map(part => getComputedStyle(part).transitionDuration)
            .filter(duration => parseFloat(duration) > 0)"""
    )
    assert durations == []

    alice.emulate_media(forced_colors="active")
    alice.keyboard.press("Tab")
    outline = alice.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
