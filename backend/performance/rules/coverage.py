"""Coverage of the roster: plans approved or later among the people obliged to have one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coverage:
    """``covered`` of ``obliged``; ``percent`` half up to one decimal, ``None`` where nobody is obliged."""

    covered: int
    obliged: int

    @property
    def percent(self) -> str | None:
        """``92.3``; a number only beside its n."""
        if not self.obliged:
            return None
        tenths = (2000 * self.covered + self.obliged) // (2 * self.obliged)
        return f"{tenths // 10}.{tenths % 10}"

    @property
    def sentence(self) -> str:
        """As the screen says it: *12 dari 13 (92,3%)*."""
        if self.percent is None:
            return "Belum ada yang wajib menyusun SKP."
        return f"{self.covered} dari {self.obliged} ({self.percent.replace('.', ',')}%)"
