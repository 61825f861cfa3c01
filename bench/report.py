"""What was measured, as rows of one table and as JSON."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HEAD = ("what", "hold", "measured", "floor", "ratio", "held?")


@dataclass(slots=True)
class Row:
    """One line of the table. ``held`` is ``None`` where nothing is promised (it only informs)."""

    what: str
    hold: str
    measured: str
    held: bool | None
    floor: str = ""
    ratio: str = ""
    peers: str = ""
    note: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """The last column."""
        return "-" if self.held is None else "held" if self.held else "MISS"

    def cells(self) -> tuple[str, ...]:
        """The columns of :data:`HEAD`."""
        return self.what, self.hold, self.measured, self.floor, self.ratio, self.verdict


def failed(what: str, error: BaseException) -> Row:
    """A row that could not be measured: it counts as a miss, and says why."""
    return Row(what, "", f"not measured: {type(error).__name__}: {error}"[:300], held=False)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which ``percent`` of the values lie (nearest rank)."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def ms(seconds: float) -> str:
    """Seconds as milliseconds in words."""
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table with even columns; peers and notes follow below."""
    cells = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |" for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    below = [
        f"- {row.what}: {text}" for row in rows for text in (row.peers and f"peers: {row.peers}", row.note) if text
    ]
    return "\n".join(lines) + ("\n\n" + "\n".join(below) if below else "")


def write(path: Path, rows: Sequence[Row], facts: dict[str, Any]) -> None:
    """The same as JSON."""
    content = {"facts": facts, "rows": [{**asdict(row), "verdict": row.verdict} for row in rows]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
