"""Everything that the services of the room work with; wired once a server."""

from __future__ import annotations

from dataclasses import dataclass, field

from backend.ratings.ports import House
from backend.ratings.service.catalogue import Catalogues
from backend.ratings.service.secrets import Secrets


@dataclass(frozen=True, slots=True)
class Room:
    """The ports, the keyed secrets and the catalogues in memory."""

    house: House
    secrets: Secrets
    catalogues: Catalogues = field(default_factory=Catalogues)
