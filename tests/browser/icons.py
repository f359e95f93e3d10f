"""Make the icons of the installed app from the logo: `python -m tests.browser.icons` writes static/img/icon-*.png.

Systems that cut icons to a shape of their own get one whose background fills the square and whose leaves stand inside
the safe zone, a circle of 80 % of the width.
"""

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, ROOT

IMAGES = ROOT / "static" / "img"
BACKGROUND = "#17584a"
ICONS = (
    ("icon-192.png", 192, "whole"),
    ("icon-512.png", 512, "whole"),
    ("icon-maskable-512.png", 512, "cut"),
    ("icon-apple-180.png", 180, "cut"),
)


def main() -> None:
    """Write every icon."""
    logo = (IMAGES / "logo.svg").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, size, shape in ICONS:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(_page(logo, shape))
            page.screenshot(path=IMAGES / name, omit_background=True)
            page.close()
        browser.close()


def _page(logo: str, shape: str) -> str:
    background, width = (BACKGROUND, "88vw") if shape == "cut" else ("transparent", "100vw")
    style = f"body{{margin:0;height:100vh;display:grid;place-items:center;background:{background}}}svg{{width:{width}}}"
    return f"<!doctype html><style>{style}</style>{logo}"


if __name__ == "__main__":
    main()
