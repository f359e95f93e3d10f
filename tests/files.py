"""Files to upload, and how people upload them."""

import io
import uuid
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from PIL import Image

from tests.conftest import created

CHUNK = 64 * 1024


def picture(size: tuple[int, int] = (1600, 900), colour: str = "teal", kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def pdf() -> bytes:
    """Return a document of two pages."""
    out = io.BytesIO()
    pages = [Image.new("RGB", (620, 877), colour) for colour in ("white", "ivory")]
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    return out.getvalue()


def add_emoji(client: FlaskClient, name: str, content: bytes = b"") -> dict[str, Any]:
    """Add an emoji to the workspace."""
    file = (io.BytesIO(content or picture((32, 32))), f"{name}.png")
    answer = client.post("/api/emoji", data={"name": name, "file": file}, content_type="multipart/form-data")
    emoji: dict[str, Any] = created(answer)["emoji"]
    return emoji


def announce(client: FlaskClient, name: str, size_bytes: int, **body: Any) -> dict[str, Any]:
    announced = {"name": name, "size_bytes": size_bytes, "client_id": str(uuid.uuid4()), **body}
    upload: dict[str, Any] = created(client.post("/api/uploads", json=announced))["upload"]
    return upload


def put(client: FlaskClient, upload: dict[str, Any], offset: int, chunk: bytes) -> Any:
    headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return client.patch(f"/api/uploads/{upload['id']}", data=chunk, headers=headers)


def upload_file(client: FlaskClient, name: str, content: bytes) -> dict[str, Any]:
    """Upload a file in pieces, as the page does."""
    upload = announce(client, name, len(content))
    for offset in range(0, len(content), CHUNK):
        upload = created(put(client, upload, offset, content[offset : offset + CHUNK]))["upload"]
    assert upload["is_complete"]
    return upload


def post_files(client: FlaskClient, room: dict[str, Any], *files: tuple[str, bytes], text: str = "") -> dict[str, Any]:
    """Post a message with files, and return it."""
    ids = [upload_file(client, name, content)["id"] for name, content in files]
    answer = client.post(f"/api/rooms/{room['id']}/messages", json={"text": text, "attachment_ids": ids})
    message: dict[str, Any] = created(answer)["message"]
    return message


def lying(app: Any) -> list[str]:
    """Return the names in the folder of uploads."""
    folder: Path = app.config["SETTINGS"].data / "uploads"
    return sorted(path.name for path in folder.glob("*"))
