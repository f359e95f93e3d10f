"""Uploaded pictures: decoded in a child process, so that a hostile file costs that process and nothing else."""

import io
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from PIL import Image

RefusalCode = Literal["image_too_large", "image_unreadable", "image_too_many_pixels"]

MAX_UPLOAD_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
AVATAR_SIDE_PIXELS = 256
EMOJI_SIDE_PIXELS = 128
CARD_SIDE_PIXELS = 320
_MOST_FRAMES = 60
_MOST_MOVING_BYTES = 256 * 1024
# Browsers slow faster ones down.
_SHORTEST_FRAME_MS = 20
_TIMEOUT_SECONDS = 10
# 40 Mpx at four bytes, twice (decoded and turned), and the interpreter with Pillow.
_MEMORY_LIMIT_BYTES = 640 * 1024 * 1024
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_WEBP_QUALITY = 85


class ImageRefusedError(Exception):
    """An upload that does not become a picture; `code` says why."""

    def __init__(self, code: RefusalCode) -> None:
        super().__init__(code)
        self.code: RefusalCode = code


def avatar_from(upload: bytes) -> bytes:
    """Return `upload` as a square WebP of 256 pixels without metadata, cut from the middle of the first frame.

    PNG, JPEG, WebP and GIF are read, whatever the file is called; anything else, and anything that takes more than
    10 seconds or the memory limit, raises `ImageRefusedError`.
    """
    return _made_in_a_child("avatar", upload)


def emoji_from(upload: bytes) -> bytes:
    """Return `upload` as a WebP of at most 128 pixels a side without metadata, moving if it moved and stays small.

    It raises as `avatar_from` does.
    """
    return _made_in_a_child("emoji", upload)


def card_picture_from(picture: bytes) -> tuple[bytes, tuple[int, int]]:
    """Return the first frame of `picture` as a WebP of at most 320 pixels a side without metadata, and its size.

    It raises as `avatar_from` does.
    """
    size, _, small = _made_in_a_child("card", picture).partition(b"\n")
    width, height = map(int, size.split())
    return small, (width, height)


def _made_in_a_child(kind: str, upload: bytes) -> bytes:
    if len(upload) > MAX_UPLOAD_BYTES:
        raise ImageRefusedError("image_too_large")
    try:
        child = subprocess.run(  # noqa: S603 - the words are our own, the upload goes in as its input
            [sys.executable, "-m", "chat.images", kind],
            input=upload,
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
            env=child_environment(),
        )
    except Exception as error:
        # Under eventlet the patched Popen raises a TimeoutExpired of its own, which is not the standard library's.
        if type(error).__name__ != "TimeoutExpired":
            raise
        raise ImageRefusedError("image_unreadable") from None
    if child.returncode == 0 and child.stdout:
        return child.stdout
    raise ImageRefusedError(_code_from(child.stderr))


def child_environment() -> dict[str, str]:
    """Return what the child needs to find itself and Pillow, and nothing else: no settings, no secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[1])}


def _code_from(stderr: bytes) -> RefusalCode:
    """Return the code in the child's last line; a child that died in any other way could not read the image."""
    last_line = (stderr.decode(errors="replace").strip().splitlines() or [""])[-1]
    return next((code for code in get_args(RefusalCode) if code == last_line), "image_unreadable")


# --- In the child ---


def _main() -> int:
    """Read an upload from standard input; write the picture to standard output or why not to standard error."""
    limit_memory()
    try:
        make = {"avatar": _avatar, "emoji": _emoji, "card": _card}[sys.argv[1]]
        sys.stdout.buffer.write(make(sys.stdin.buffer.read()))
    except ImageRefusedError as refusal:
        sys.stderr.write(refusal.code)
        return 1
    except Exception:  # noqa: BLE001 - Pillow's decoders raise whatever a broken file makes them raise
        sys.stderr.write("image_unreadable")
        return 1
    return 0


def limit_memory() -> None:
    """Let this process, a child, have no more memory than a picture may need."""
    if sys.platform in {"darwin", "win32"}:  # Neither enforces a limit on the address space.
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT_BYTES, _MEMORY_LIMIT_BYTES))


def _avatar(upload: bytes) -> bytes:
    with _opened(upload) as image:
        return _webp([_middle_square(image)])


def _emoji(upload: bytes) -> bytes:
    with _opened(upload) as image:
        count = getattr(image, "n_frames", 1)
        if 1 < count <= _MOST_FRAMES and image.width * image.height * count <= MAX_PIXELS:
            moving = _moving(image, count)
            if len(moving) <= _MOST_MOVING_BYTES:
                return moving
            image.seek(0)
        return _webp([_small(image)])


def _card(upload: bytes) -> bytes:
    with _opened(upload) as image:
        small = _small(image, CARD_SIDE_PIXELS)
        return b"%d %d\n" % small.size + _webp([small])


def _opened(upload: bytes) -> "Image.Image":
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # Our own limit is checked below, before anything is decoded.
    image = Image.open(io.BytesIO(upload), formats=_FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise ImageRefusedError("image_too_many_pixels")
    return image


def _moving(image: "Image.Image", count: int) -> bytes:
    frames, durations_ms = [], []
    for number in range(count):
        image.seek(number)
        frames.append(_small(image.copy()).convert("RGBA"))
        durations_ms.append(max(int(image.info.get("duration") or 0), _SHORTEST_FRAME_MS))
    return _webp(frames, durations_ms)


def _webp(frames: "Sequence[Image.Image]", durations_ms: Sequence[int] = ()) -> bytes:
    out = io.BytesIO()
    moving: dict[str, Any] = {}
    if len(frames) > 1:
        moving = {"save_all": True, "append_images": frames[1:], "duration": list(durations_ms), "loop": 0}
    frames[0].save(out, "WEBP", quality=_WEBP_QUALITY, exif=b"", xmp=b"", icc_profile=b"", **moving)
    return out.getvalue()


def _small(image: "Image.Image", side_pixels: int = EMOJI_SIDE_PIXELS) -> "Image.Image":
    """Return the whole of an image at the size of an emoji, or another."""
    from PIL import Image

    image, mode = _scalable(image, side_pixels)
    scale = min(side_pixels / max(image.size), 1)
    size = (max(round(image.width * scale), 1), max(round(image.height * scale), 1))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3).convert(mode)


def _scalable(image: "Image.Image", side_pixels: int) -> "tuple[Image.Image, str]":
    """Return an upright image that can be scaled, and the mode for the result, with as few whole copies as possible."""
    from PIL import ImageOps

    image.draft(None, (side_pixels * 2, side_pixels * 2))  # A large JPEG is decoded small.
    ImageOps.exif_transpose(image, in_place=True)
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode not in {"L", "RGB", "RGBA", "CMYK"}:  # The others cannot be scaled as they are.
        image = eight_bits(image).convert(mode)
    return image, mode


def _middle_square(image: "Image.Image") -> "Image.Image":
    """Return the middle of an image at the size of an avatar."""
    from PIL import Image

    image, mode = _scalable(image, AVATAR_SIDE_PIXELS)
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    box = (left, top, left + side, top + side)
    small = image.resize((AVATAR_SIDE_PIXELS,) * 2, Image.Resampling.LANCZOS, box, reducing_gap=3)
    return small.convert(mode)


def eight_bits(image: "Image.Image") -> "Image.Image":
    """Bring grey of 16 bits down to 8, which `convert` would cut off instead of scaling."""
    return image.convert("I").point(lambda level: level / 256).convert("L") if image.mode[0] == "I" else image


if __name__ == "__main__":
    sys.exit(_main())
