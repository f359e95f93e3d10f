"""Files in the browser: chosen, pasted, dropped, over a lost connection, looked at, and gone with their message."""

import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.browser.conftest import Server, send

WAIT_MS = 20_000


def test_files_are_chosen_pasted_and_dropped_and_looked_at(alice: Any, bob: Any, tmp_path: Path) -> None:
    # Chosen: two pictures and a text go as one message.
    alice.set_input_files("stet-composer input[type=file]", pictures(tmp_path, "harbour.png", "roof.png"))
    alice.set_input_files("stet-composer input[type=file]", text_file(tmp_path))
    expect(alice.locator(".chip-file")).to_have_count(3)
    alice.fill("#composer", "from the trip")
    alice.press("#composer", "Enter")
    expect(alice.locator(".chip-file")).to_have_count(0)
    message = alice.locator(".log .msg").filter(has_text="from the trip")
    expect(message).to_have_attribute("data-state", "stored", timeout=WAIT_MS)

    # Bob sees them live: pictures in the size that they will have, the first lines of the text.
    seen = bob.locator(".log .msg").filter(has_text="from the trip")
    expect(seen.locator(".pic")).to_have_count(2)
    expect(seen.locator(".snippet")).to_contain_text("line 1")
    seen.get_by_role("button", name="Show more").click()
    expect(seen.locator(".snippet")).to_contain_text("line 40")

    # The lightbox: arrows, a zoom, and Esc gives the focus back.
    seen.locator(".pic").first.click()
    box = bob.locator("dialog.lightbox")
    expect(box).to_contain_text("harbour.png")
    bob.keyboard.press("ArrowRight")
    expect(box).to_contain_text("roof.png")
    expect(box).to_contain_text("2 of 2")
    bob.keyboard.press("+")
    expect(box.locator(".lightbox-stage")).to_have_class("lightbox-stage is-zoomed")
    bob.keyboard.press("Escape")
    expect(box).to_have_count(0)
    assert bob.evaluate("document.activeElement.closest('.log') !== null")

    # Pasted, and dropped anywhere in the room.
    give(alice, "paste", "#composer")
    expect(alice.locator(".chip-file")).to_have_count(1)
    give(alice, "dragenter", ".log")
    expect(alice.locator(".drop-zone")).to_be_visible()
    give(alice, "drop", ".log")
    expect(alice.locator(".drop-zone")).to_have_count(0)
    expect(alice.locator(".chip-file")).to_have_count(2)
    alice.locator(".chip-remove").first.click()
    expect(alice.locator(".chip-file")).to_have_count(1)
    alice.press("#composer", "Enter")
    last = bob.locator(".log .msg").last
    expect(last.locator(".pic")).to_have_count(1, timeout=WAIT_MS)

    # The pane of the room lists them, and what is deleted is gone from it and from the disk.
    bob.get_by_role("button", name="Room menu").click()
    bob.get_by_role("menuitem", name="Files").click()
    expect(bob.locator(".file-row")).to_have_count(4)
    url = bob.locator(".log .pic").first.get_attribute("href")
    message.focus()
    alice.keyboard.press("Delete")
    alice.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(bob.locator(".file-row")).to_have_count(1)
    assert bob.evaluate("url => fetch(url).then(answer => answer.status)", url) == 404


def test_an_upload_goes_on_after_the_server_was_killed(alice: Any, server: Server) -> None:
    held = []
    alice.route("**/api/uploads/*", lambda route: hold(route, held))
    with alice.expect_file_chooser() as choosing:
        alice.press("#composer", "Control+u")
    content = b"0123456789" * 200_000
    choosing.value.set_files({"name": "numbers.bin", "mimeType": "application/octet-stream", "buffer": content})
    alice.fill("#composer", "large")
    alice.press("#composer", "Enter")
    message = alice.locator(".log .msg").filter(has_text="large")
    expect(message.locator(".upload-bar")).to_be_visible()

    # What is written after it does not wait for it.
    send(alice, "quick")
    expect(alice.locator(".log .msg").filter(has_text="quick")).to_have_attribute("data-state", "stored")

    server.kill()
    expect(message).to_have_attribute("data-state", "queued", timeout=WAIT_MS)
    alice.unroute("**/api/uploads/*")
    server.start()
    alice.reload()

    expect(message).to_have_attribute("data-state", "stored", timeout=60_000)
    url = message.locator(".filecard-line").get_attribute("href")
    size = alice.evaluate("url => fetch(url).then(answer => answer.blob()).then(blob => blob.size)", url)
    assert size == len(content)
    assert len(held) == 3


def hold(route: Any, held: list[str]) -> None:
    """Let two pieces through; the third is cut."""
    if route.request.method != "PATCH" or len(held) >= 3:
        route.abort() if len(held) >= 3 else route.continue_()
        return
    held.append(route.request.headers["upload-offset"])
    route.continue_() if len(held) < 3 else route.abort()


def test_what_the_server_would_refuse_is_said_before_sending(alice: Any) -> None:
    limit = alice.evaluate("JSON.parse(document.getElementById('boot').textContent).limits.file_bytes")
    alice.evaluate(
        """([size]) => {
            const file = new File(["x"], "film.mov");
            Object.defineProperty(file, "size", {value: size});
            document.querySelector("stet-composer").takeFiles([file, new File([], "empty.txt")]);
        }""",
        [limit + 1],
    )
    note = alice.locator(".tray-note")
    expect(note).to_contain_text("film.mov is too large. A file can have 100 MB at most.")
    expect(note).to_contain_text("empty.txt is empty")
    expect(alice.locator(".chip-file")).to_have_count(0)


def test_a_text_that_no_message_holds_becomes_a_file(alice: Any) -> None:
    alice.fill("#composer", "word " * 900)
    alice.get_by_role("button", name="Attach as a file").click()
    expect(alice.locator("#composer")).to_have_value("")
    expect(alice.locator(".chip-file")).to_contain_text("snippet.txt")
    alice.press("#composer", "Enter")
    expect(alice.locator(".log .snippet")).to_contain_text("word word", timeout=WAIT_MS)


def pictures(folder: Path, *names: str) -> list[str]:
    paths = []
    for hue, name in enumerate(names):
        image = Image.new("RGB", (640, 400), (40 + 90 * hue, 110, 120))
        ImageDraw.Draw(image).ellipse((160, 80, 480, 320), fill=(240, 200, 120))
        image.save(folder / name)
        paths.append(str(folder / name))
    return paths


def text_file(folder: Path) -> str:
    path = folder / "notes.txt"
    path.write_text("".join(f"line {number}\n" for number in range(1, 41)))
    return str(path)


def give(page: Any, event: str, place: str) -> None:
    """Let a picture be pasted or dropped."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "tomato").save(out, "PNG")
    page.evaluate(
        """([event, place, bytes]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "image.png", {type: "image/png"}));
            const made = event === "paste"
                ? new ClipboardEvent(event, {clipboardData: data, bubbles: true, cancelable: true})
                : new DragEvent(event, {dataTransfer: data, bubbles: true, cancelable: true});
            document.querySelector(place).dispatchEvent(made);
        }""",
        [event, place, list(out.getvalue())],
    )
