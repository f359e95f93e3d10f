"""Which host names this server answers to, and the name of its cookie: HTTP and sockets agree on both."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from chat.config import Settings

SESSION_COOKIE = "stet_session"
LOCAL_HOSTS = {"localhost"}


def is_allowed_host(host: str, settings: Settings) -> bool:
    """Tell whether this server answers to `host` (with or without a port): a name of its own, or a bare address."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    own = {urlsplit(settings.public_url).hostname, settings.host, *settings.allowed_hosts.split(",")}
    return "*" in own or name in LOCAL_HOSTS or name in own - {"", None} or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
