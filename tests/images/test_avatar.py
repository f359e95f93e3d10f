"""Pictures become avatars; everything else is refused by a process that cannot hurt us."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from chat.images import MAX_UPLOAD_BYTES, ImageRefusedError, avatar_from, child_environment

RED, GREEN, BLUE = (255, 0, 0), (0, 128, 0), (0, 0, 255)


def encoded(image: Image.Image, image_format: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, image_format, **options)
    return out.getvalue()


def avatar(upload: bytes) -> Image.Image:
    made = Image.open(io.BytesIO(avatar_from(upload)))
    assert (made.format, made.size) == ("WEBP", (256, 256))
    return made


def near(colour: object, expected: tuple[int, ...]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(int(a) - b) < 40 for a, b in zip(colour, expected, strict=False))


def header_of_png(width: int, height: int) -> bytes:
    """Return a PNG whose header claims a size and whose data expands to a million zeros."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def refusal(upload: bytes) -> str:
    with pytest.raises(ImageRefusedError) as refused:
        avatar_from(upload)
    return refused.value.code


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "GIF"])
def test_the_four_formats_become_a_square_webp(image_format: str) -> None:
    made = avatar(encoded(Image.new("RGB", (300, 200), RED), image_format))

    assert near(made.convert("RGB").getpixel((128, 128)), RED)


def test_the_middle_is_kept() -> None:
    wide = Image.new("RGB", (900, 300), RED)
    wide.paste(Image.new("RGB", (300, 300), BLUE), (300, 0))

    made = avatar(encoded(wide)).convert("RGB")

    assert all(near(made.getpixel(at), BLUE) for at in [(8, 8), (247, 8), (8, 247), (247, 247)])


def test_a_turned_photo_stands_upright() -> None:
    lying = Image.new("RGB", (200, 200), BLUE)
    lying.paste(Image.new("RGB", (100, 200), RED), (0, 0))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise: the left half becomes the top

    made = avatar(encoded(lying, "JPEG", exif=exif, quality=95)).convert("RGB")

    assert near(made.getpixel((128, 40)), RED)
    assert near(made.getpixel((128, 216)), BLUE)


def test_metadata_does_not_survive() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif.get_ifd(0x8825)[1] = "N"

    made = avatar_from(encoded(Image.new("RGB", (40, 40)), "JPEG", exif=exif, comment=b"taken at home"))

    assert b"home" not in made
    assert not dict(Image.open(io.BytesIO(made)).getexif())
    assert Image.open(io.BytesIO(made)).info.keys() <= {"loop", "background", "timestamp", "duration"}


def test_an_animation_becomes_its_first_frame() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in (GREEN, RED, BLUE)]

    made = avatar(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))

    assert getattr(made, "n_frames", 1) == 1
    assert near(made.convert("RGB").getpixel((128, 128)), GREEN)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixel_is_read(mode: str) -> None:
    avatar(encoded(Image.new(mode, (33, 47))))


def test_grey_of_sixteen_bits_keeps_its_brightness() -> None:
    made = avatar(encoded(Image.new("I;16", (40, 40), 32_768)))

    assert near(made.convert("RGB").getpixel((128, 128)), (128, 128, 128))


def test_a_cmyk_photo_becomes_rgb() -> None:
    made = avatar(encoded(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG"))

    assert near(made.convert("RGB").getpixel((128, 128)), RED)


def test_transparency_stays() -> None:
    made = avatar(encoded(Image.new("RGBA", (40, 40), (0, 0, 0, 0))))

    assert made.convert("RGBA").getpixel((128, 128)) == (0, 0, 0, 0)


def test_a_tiny_picture_grows() -> None:
    avatar(encoded(Image.new("RGB", (1, 1), RED)))


def test_a_very_long_picture_is_cut() -> None:
    avatar(encoded(Image.new("RGB", (30_000, 1), RED)))


def test_a_large_picture_within_the_limit_is_read() -> None:
    avatar(encoded(Image.new("RGBA", (6_300, 6_300), (*RED, 128)), compress_level=1))


@pytest.mark.parametrize(("width", "height"), [(6_400, 6_400), (60_000, 60_000), (40_000_001, 1)])
def test_too_many_pixels_are_refused_before_decoding(width: int, height: int) -> None:
    assert refusal(header_of_png(width, height)) == "image_too_many_pixels"


def test_a_large_upload_is_refused_unread() -> None:
    assert refusal(b"\x89PNG" + b"\0" * MAX_UPLOAD_BYTES) == "image_too_large"


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n<!doctype html><script>alert(1)</script>",
        b"GIF89a/*<script>*/=1",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        header_of_png(2_000, 2_000),
    ],
    ids=["empty", "text", "svg", "html", "png-start", "html-as-png", "script-as-gif", "postscript", "too-little-data"],
)
def test_what_is_no_picture_is_refused(upload: bytes) -> None:
    assert refusal(upload) == "image_unreadable"


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
def test_a_truncated_file_is_refused(image_format: str) -> None:
    upload = encoded(Image.effect_noise((200, 200), 80).convert("RGB"), image_format)

    assert refusal(upload[: len(upload) // 2]) == "image_unreadable"


@pytest.mark.parametrize("image_format", ["BMP", "TIFF", "ICO", "PPM", "TGA"])
def test_other_formats_are_refused(image_format: str) -> None:
    assert refusal(encoded(Image.new("RGB", (32, 32)), image_format)) == "image_unreadable"


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="no limit on the address space there")
def test_the_child_cannot_take_more_memory_than_its_limit() -> None:
    code = "from chat.images import limit_memory; limit_memory(); bytearray(1 << 30)"

    child = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert b"MemoryError" in child.stderr


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.images._TIMEOUT_SECONDS", 0.001)

    assert refusal(encoded(Image.new("RGB", (8, 8)))) == "image_unreadable"


def test_the_child_finds_itself_from_any_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    avatar(encoded(Image.new("RGB", (8, 8))))


def test_the_child_gets_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STET_DATA", "/srv/stet")

    assert child_environment().keys() <= {"PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "PYTHONPATH"}
