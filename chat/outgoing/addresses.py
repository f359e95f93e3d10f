"""Which addresses the server may connect to: public ones, and the networks that the operator allows.

The list is our own: what `ipaddress` calls global changed between versions of Python, and lets addresses through that
carry a private one inside.
"""

import threading
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from chat.concurrency import Slots, look_up

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NOT_PUBLIC = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
    )
)
"""The special-purpose registries of IANA: private, shared, local, for documentation, tunnels, multicast, reserved."""
GLOBAL_UNICAST = IPv6Network("2000::/3")
TRANSLATED = IPv6Network("64:ff9b::/96")
"""How a network that speaks IPv6 alone reaches an IPv4 address: it is in the last 32 bits."""

_looking = Slots(4)


def parse_networks(text: str) -> tuple[Network, ...]:
    """Return the networks of text such as `10.0.0.0/8, 192.168.1.20`.

    Raises:
        ValueError: a part is not a network.
    """
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def is_allowed(address: Address, networks: Sequence[Network]) -> bool:
    """Tell whether the server may connect to an address: a public one, or one in the networks."""
    bare = _inner(address)
    if any(bare.version == network.version and bare in network for network in networks):
        return True
    if isinstance(bare, IPv6Address) and bare not in GLOBAL_UNICAST:
        return False
    return not any(bare.version == network.version and bare in network for network in NOT_PUBLIC)


def resolve(host: str, port: int, seconds: float) -> list[Address]:
    """Return the addresses of a name, in the order in which they are to be tried.

    Raises:
        OSError: it has none, or they were not found within `seconds`.
        UnicodeError: it is not a name.
    """
    found: list[Address | Exception] = []

    def look() -> None:
        try:
            with _looking.taken():
                entries = look_up(host, port)
            found.extend(dict.fromkeys(ip_address(str(entry[4][0])) for entry in entries))
        except (OSError, UnicodeError, ValueError) as error:
            found.append(error)

    # The system takes as long as it likes.
    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise TimeoutError
    for each in found:
        if isinstance(each, Exception):
            raise each
    return [each for each in found if not isinstance(each, Exception)]


def _inner(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in TRANSLATED:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
