"""Pictures of what was uploaded, made in a child process: a hostile file costs that process and nothing else.

The child reads the file by its path and writes previews beside it, as WebP without metadata, upright; what it found it
says as one line of JSON. `python -m chat.uploads.previews image|pdf PATH LARGE SMALL CLEAN`.
"""

import base64
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from chat.images import MAX_PIXELS, child_environment, eight_bits, limit_memory
from chat.uploads.metadata import NotTakenApartError, without_metadata
from chat.uploads.paths import clean_of, part_of, preview_of

if TYPE_CHECKING:
    from PIL import Image

LARGE_SIDE_PIXELS = 1_280
"""For a picture of 640 pixels on a screen of double density."""
SMALL_SIDE_PIXELS = 320
PLACEHOLDER_SIDE_PIXELS = 16
LARGEST_PICTURE_BYTES = 60 * 1024 * 1024
LARGEST_PDF_BYTES = 60 * 1024 * 1024
ORIENTATION = 0x0112
"""The number of what says how a picture is to be turned."""
_TIMEOUT_SECONDS = 12
_QUALITY = {"large": 82, "small": 76}
_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "AVIF": "image/avif",
    "HEIF": "image/heic",
}
"""The formats that are read, and as what they are served."""
_OPENED_AS = [name for name in _TYPES if name != "MPO"]
"""A JPEG with several pictures shows what it is once it has been opened."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a file looks like."""

    width: int
    height: int
    """In pixels, upright."""
    placeholder: str
    """A data URL of a few hundred characters, to show blurred until the preview is there."""
    content_type: str
    is_animated: bool
    page_count: int | None
    """Of a PDF; its first page is the preview."""
    size_bytes: int | None
    """Of the file without its metadata; None where it stays as it was sent."""


def look_at(path: Path, what: Literal["image", "pdf"]) -> Picture | None:
    """Make the previews of an upload that has arrived; None when it is no such file, or not one that we can show.

    Green under eventlet: call it on the loop and not in `off_loop`.
    """
    source = part_of(path) if part_of(path).exists() else path
    largest = LARGEST_PICTURE_BYTES if what == "image" else LARGEST_PDF_BYTES
    if source.stat().st_size > largest:
        return None
    try:
        child = subprocess.run(  # noqa: S603 - our own module, and paths of our own making
            [
                sys.executable,
                "-m",
                "chat.uploads.previews",
                what,
                str(source),
                str(preview_of(path, "large")),
                str(preview_of(path, "small")),
                str(clean_of(path)),
            ],
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
            env=child_environment(),
        )
    except Exception as error:
        # Under eventlet the patched Popen raises a TimeoutExpired of its own, which is not the standard library's.
        if type(error).__name__ != "TimeoutExpired":
            raise
        return None
    if child.returncode != 0:
        return None
    return Picture(**json.loads(child.stdout))


# --- In the child ---


def _main(what: str, source: str, large: str, small: str, clean: str) -> int:
    limit_memory()
    try:
        found = _pdf(source, large, small) if what == "pdf" else _image(source, large, small, clean)
    except Exception:  # noqa: BLE001 - decoders raise whatever a broken file makes them raise
        return 1
    if found is None:
        return 1
    sys.stdout.write(json.dumps(found))
    return 0


def _image(source: str, large: str, small: str, clean: str) -> dict[str, object] | None:
    import pillow_heif
    from PIL import Image, ImageOps

    pillow_heif.register_heif_opener()  # What iPhones take.
    Image.MAX_IMAGE_PIXELS = None  # Our own limit is checked below, before anything is decoded.
    with Image.open(source, formats=_OPENED_AS) as image:
        if image.width * image.height > MAX_PIXELS:
            return None
        content_type = _TYPES[str(image.format)]
        is_animated = bool(getattr(image, "is_animated", False)) and image.format != "MPO"
        size = _upright_size(image)
        size_bytes = _write_clean(source, clean, image)
        image.draft(None, (LARGE_SIDE_PIXELS * 2, LARGE_SIDE_PIXELS * 2))  # A large JPEG is decoded small.
        ImageOps.exif_transpose(image, in_place=True)
        placeholder = _write_previews(image, large, small)
    found = _found(size, placeholder, content_type, is_animated=is_animated, page_count=None)
    return found | {"size_bytes": size_bytes}


def _pdf(source: str, large: str, small: str) -> dict[str, object] | None:
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    page_count = len(document)
    if page_count == 0:
        return None
    page = document[0]
    width, height = page.get_size()
    scale = min(LARGE_SIDE_PIXELS / max(width, height), 4)
    image = page.render(scale=scale, may_draw_forms=False).to_pil()
    placeholder = _write_previews(image, large, small)
    return _found(image.size, placeholder, "application/pdf", is_animated=False, page_count=page_count)


def _write_clean(source: str, clean: str, image: "Image.Image") -> int | None:
    """Write the picture without its metadata, and return its size; None when there is nothing to take away."""
    from PIL import Image

    content = Path(source).read_bytes()
    try:
        bare = without_metadata(content, str(image.format), image.getexif().get(ORIENTATION, 1))
        with Image.open(io.BytesIO(bare), formats=_OPENED_AS) as again:
            is_same = again.size == image.size
    except (NotTakenApartError, OSError):
        return None
    if not is_same or len(bare) >= len(content):
        return None
    Path(clean).write_bytes(bare)
    return len(bare)


def _upright_size(image: "Image.Image") -> tuple[int, int]:
    turned = 5
    width, height = image.size
    return (height, width) if image.getexif().get(ORIENTATION, 1) >= turned else (width, height)


def _write_previews(image: "Image.Image", large: str, small: str) -> str:
    """Write both previews, each made of the larger one, and return the placeholder."""
    from PIL import Image

    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode not in {"L", "RGB", "RGBA", "CMYK"}:  # The others cannot be scaled as they are.
        image = eight_bits(image).convert(mode)
    for side, target, quality in (
        (LARGE_SIDE_PIXELS, large, _QUALITY["large"]),
        (SMALL_SIDE_PIXELS, small, _QUALITY["small"]),
    ):
        image = _within(image, side).convert(mode)
        image.save(target, "WEBP", quality=quality, exif=b"", xmp=b"", icc_profile=b"")
    tiny = io.BytesIO()
    _within(image, PLACEHOLDER_SIDE_PIXELS).convert("RGB").resize(
        _within_size(image.size, PLACEHOLDER_SIDE_PIXELS), Image.Resampling.BOX
    ).save(tiny, "WEBP", quality=30)
    return "data:image/webp;base64," + base64.b64encode(tiny.getvalue()).decode()


def _within(image: "Image.Image", side: int) -> "Image.Image":
    from PIL import Image

    if max(image.size) <= side:
        return image
    return image.resize(_within_size(image.size, side), Image.Resampling.LANCZOS, reducing_gap=3)


def _within_size(size: tuple[int, int], side: int) -> tuple[int, int]:
    scale = min(1, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _found(
    size: tuple[int, int], placeholder: str, content_type: str, *, is_animated: bool, page_count: int | None
) -> dict[str, object]:
    return {
        "width": size[0],
        "height": size[1],
        "placeholder": placeholder,
        "content_type": content_type,
        "is_animated": is_animated,
        "page_count": page_count,
        "size_bytes": None,
    }


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
