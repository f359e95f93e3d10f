"""Pictures lose what they tell of where and with what they were taken, and not a pixel."""

import io

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from chat.uploads.metadata import NotTakenApartError, without_metadata

WHERE = "37.5665 N, 126.9780 E"


def photo(size=(320, 200)):
    image = Image.new("RGB", size, "teal")
    ImageDraw.Draw(image).ellipse((40, 20, 200, 180), fill="orange")
    return image


def exif(orientation=1):
    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010E] = WHERE
    made.get_ifd(0x8825)[1] = "N"
    return made


def encoded(image, image_format, **options):
    out = io.BytesIO()
    image.save(out, image_format, **options)
    return out.getvalue()


def pixels(content):
    with Image.open(io.BytesIO(content)) as image:
        return image.convert("RGBA").tobytes()


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_jpeg_keeps_its_pixels_its_colours_and_how_it_is_turned(progressive, orientation):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options = {"exif": exif(orientation), "icc_profile": profile, "comment": WHERE, "progressive": progressive}
    content = encoded(photo(), "JPEG", **options)
    assert WHERE.encode() in content

    bare = without_metadata(content, "JPEG", orientation)

    assert WHERE.encode() not in bare
    assert pixels(bare) == pixels(content)
    with Image.open(io.BytesIO(bare)) as image:
        assert image.info["icc_profile"] == profile
        assert dict(image.getexif()) == ({} if orientation == 1 else {0x0112: orientation})


def test_a_second_picture_behind_the_first_one_goes():
    content = encoded(photo(), "MPO", save_all=True, append_images=[photo()], exif=exif())

    bare = without_metadata(content, "MPO", 1)

    assert len(bare) < len(content) * 0.7
    assert WHERE.encode() not in bare
    assert pixels(bare) == pixels(content)


def test_a_png_keeps_its_pixels():
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", WHERE)
    content = encoded(photo(), "PNG", pnginfo=said, exif=exif(), dpi=(144, 144))

    bare = without_metadata(content, "PNG", 1)

    assert WHERE.encode() not in bare
    assert pixels(bare) == pixels(content)


def test_a_webp_keeps_its_pixels():
    content = encoded(photo(), "WEBP", exif=exif(), xmp=b"<x>" + WHERE.encode() + b"</x>")

    bare = without_metadata(content, "WEBP", 1)

    assert WHERE.encode() not in bare
    assert pixels(bare) == pixels(content)
    with Image.open(io.BytesIO(bare)) as image:
        assert dict(image.getexif()) == {}


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_what_is_cut_off_or_no_such_file_is_refused_or_stays_what_it_is(image_format):
    content = encoded(photo(), image_format, exif=exif())
    for length in range(0, len(content), 37):
        try:
            bare = without_metadata(content[:length], image_format, 1)
        except NotTakenApartError:
            continue
        assert len(bare) <= length + 40
