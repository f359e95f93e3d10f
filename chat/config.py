"""Settings: read once from the environment, frozen, with units in the names."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MEGABYTE = 1_000_000
BROKER_SCHEMES = ("amqp://", "amqps://", "redis://", "rediss://")


class Settings(BaseSettings):
    """What an operator may set; every field is an environment variable with the prefix `STET_`."""

    model_config = SettingsConfigDict(env_prefix="STET_", frozen=True, extra="ignore")

    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    database_url: str = ""
    async_mode: Literal["eventlet", "threading"] = "eventlet"
    public_url: str = ""
    """Where people reach this server, for links and for the Host check: https://chat.example.com."""
    allowed_hosts: str = ""
    """More host names to answer to, with commas; `*` answers to any."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    secure_cookies: bool | None = None
    """None: cookies are marked secure when `public_url` is https."""
    rate_limits: bool = True
    """Off only for load tests on a machine of their own."""
    writer_busy_timeout_seconds: float = 5.0
    broadcast_poll_seconds: float = 0.5
    log_days: int = Field(default=90, ge=1)
    """For how many days events stay in the log; messages stay for ever. Who was away for longer gets snapshots."""
    housekeeping_delay_seconds: float = 15.0
    """How long after the start the housekeeping begins: first everybody comes back."""
    backup_hour: Annotated[int, Field(ge=0, le=23)] | Literal["off"] = 3
    """At which hour of the server's own time a backup is made every day; `off` for none."""
    backup_keep: int = Field(default=7, ge=1)
    """Of how many days the daily backup is kept, beside one for each of the last four weeks."""
    upload_megabytes: int = Field(default=100, ge=1, le=10_000)
    """How large a file may be."""
    upload_person_megabytes: int = Field(default=5_000, ge=1)
    """How much one person's files may take up together."""
    upload_workspace_megabytes: int = Field(default=50_000, ge=1)
    """How much everybody's files may take up together."""
    disk_floor_megabytes: int = Field(default=500, ge=0)
    """With less room on the disk no files are taken, so that messages go on."""
    broker_url: str = Field(default="", repr=False)
    """A message broker to which room events go: amqp://user:password@host/vhost or redis://host; empty for none."""
    broker_exchange: str = Field(default="stet", min_length=1, max_length=255)
    """The durable topic exchange."""
    broker_queue: str = Field(default="stet", max_length=255)
    """The durable queue that gets everything; empty for none."""
    mail_url: str = Field(default="", repr=False)
    """The mail server: smtp+starttls://user:password@host:587 or smtps://…; empty for no mail."""
    mail_from: str = ""
    """The sender: Stet <stet@example.com>."""
    mail_after_minutes: int = Field(default=15, ge=1, le=1440)
    """For how long a mention or a direct message has been unread before it is mailed."""
    allowed_networks: str = ""
    """Networks of one's own that the server may connect to, for webhooks and pushes: 10.0.0.0/8, 192.168.1.20."""
    push_services: str = ""
    """More hosts of push services than the known ones: push.example.com, *.example.org."""
    webhook_patience_hours: int = Field(default=72, ge=1, le=720)
    """For how long an outgoing webhook is tried without success before it is switched off."""
    link_previews: bool = True
    """Whether the server looks at the pages that people link to; off, it asks nobody."""
    search: str = ""
    """The name of a search provider among the own listeners; empty for the search that Stet has."""
    failpoints: str = ""
    """Where a test ends or holds up the process; see `failpoints.py`."""
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """How many reverse proxies stand in front, whose X-Forwarded headers are believed."""

    @field_validator("broker_url")
    @classmethod
    def _is_of_a_known_broker(cls, url: str) -> str:
        if url and not url.startswith(BROKER_SCHEMES):
            msg = f"it begins with {', '.join(BROKER_SCHEMES)}"
            raise ValueError(msg)
        return url

    @property
    def database_file(self) -> Path:
        """The SQLite file."""
        if self.database_url:
            return Path(self.database_url.removeprefix("sqlite:///")).resolve()
        return self.data.resolve() / "stet.sqlite3"

    @property
    def upload_bytes(self) -> int:
        """How large a file may be."""
        return self.upload_megabytes * MEGABYTE

    @property
    def upload_person_bytes(self) -> int:
        """How much one person's files may take up together."""
        return self.upload_person_megabytes * MEGABYTE

    @property
    def upload_workspace_bytes(self) -> int:
        """How much everybody's files may take up together."""
        return self.upload_workspace_megabytes * MEGABYTE

    @property
    def disk_floor_bytes(self) -> int:
        """With less room on the disk no files are taken."""
        return self.disk_floor_megabytes * MEGABYTE

    @property
    def own_url(self) -> str:
        """Where to reach this server from its own terminal: `public_url`, else the address that it listens on."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = "localhost" if self.host in {"0.0.0.0", "::", ""} else self.host  # noqa: S104 - compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def setup_token_file(self) -> Path:
        """Where the one-time set-up token lies until the workspace exists."""
        return self.data / "setup_token"

    @property
    def cookies_are_secure(self) -> bool:
        """Tell whether browsers may send our cookies over https only."""
        if self.secure_cookies is not None:
            return self.secure_cookies
        return self.public_url.startswith("https://")
