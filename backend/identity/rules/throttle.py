"""The brake on guessing: how long an identifier or an address has to wait after so many failures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address


@dataclass(frozen=True, slots=True)
class Brake:
    """``free`` failures cost nothing; then each wait doubles from ``first`` to ``longest``. Quiet for ``memory``,
    all is forgotten."""

    free: int
    first: timedelta
    longest: timedelta
    memory: timedelta

    def wait(self, failures: int) -> timedelta | None:
        """How long to wait after this many failures."""
        if failures < self.free:
            return None
        return min(self.first * (1 << min(failures - self.free, 20)), self.longest)

    def remembered(self, failures: int, last: datetime, now: datetime) -> int:
        """The failures that still count."""
        return 0 if now - last >= self.memory else failures


IDENTIFIER = Brake(5, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=1))
# A whole office stands behind one address in the morning: the wide brake only stops lists of guesses.
ADDRESS = Brake(200, timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1))
# Officers of several parties sign up from the counter's own network on one morning; a machine does it without end.
SIGN_UPS = Brake(60, timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1))


def address_group(address: str) -> str:
    """What counts as one address: an IPv4 address, or the first 64 bits of an IPv6 address.

    Some proxies write the port behind the address; it is left out, since everybody can change it at will.
    """
    plain = address.strip()
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        found = ip_address(plain.partition("%")[0])
    except ValueError:
        return plain
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Address(int(found) >> 64 << 64))
