"""Draws the PNG icons of the app from its SVG mark with headless Chromium.

Run from the root of the repository after a change of the mark: ``uv run python pwa/scripts/icons.py``. A maskable icon
fills the whole square and keeps the mark inside the safe zone, the middle 80 percent.
"""

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ICONS = Path(__file__).parent.parent / "public" / "icons"
GROUND = "#0B5952"
DRAWING = (
    '<path fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" '
    'd="M33 15.5A7.5 7.5 0 0 0 26 11h-4a7.5 7.5 0 0 0-5.6 12.5M15 32.5A7.5 7.5 0 0 0 22 37h4a7.5 7.5 0 0 0 5.6-12.5"/>'
    '<circle cx="24" cy="24" r="3.5" fill="#FFBF2E"/>'
)


def mark(*, maskable: bool) -> str:
    """The mark as SVG text: rounded with clear corners, or square, full and a little smaller for maskable use."""
    if maskable:
        shape = f'<rect width="48" height="48" fill="{GROUND}"/><g transform="translate(3.6 3.6) scale(.85)">{DRAWING}</g>'
    else:
        shape = f'<rect width="48" height="48" rx="12" fill="{GROUND}"/>{DRAWING}'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">{shape}</svg>'


def badge() -> str:
    """The mark in one colour for the notification bar, which shows only the alpha channel."""
    drawing = DRAWING.replace("#FFBF2E", "#fff")
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="8 8 32 32">{drawing}</svg>'


def draw(page: Page, svg: str, size: int, name: str) -> None:
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:{size}px;height:{size}px}}</style>{svg}")
    page.screenshot(path=ICONS / name, omit_background=True)


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        for size in (192, 512):
            draw(page, mark(maskable=False), size, f"icon-{size}.png")
            draw(page, mark(maskable=True), size, f"maskable-{size}.png")
        draw(page, badge(), 96, "badge-96.png")
        browser.close()


if __name__ == "__main__":
    main()
