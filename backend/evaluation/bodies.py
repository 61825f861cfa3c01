"""What travels: the bodies that the feed carries and the args of every mutation, camelCase on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from backend.evaluation.rules.report import OBSTACLE_MAX, TEXT_MAX
from backend.evaluation.rules.surveys import COMMENT_MAX
from sync.registry import Wire
from sync.words import Id

Quarter = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-Q[1-4]$")]
Month = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Obstacle = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=OBSTACLE_MAX)]
Effort = Annotated[str, StringConstraints(strip_whitespace=True, max_length=OBSTACLE_MAX)]
Part = Annotated[str, StringConstraints(strip_whitespace=True, max_length=TEXT_MAX)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Comment = Annotated[str, StringConstraints(strip_whitespace=True, max_length=COMMENT_MAX)]
Mark = Annotated[int, Field(ge=1, le=4)]
Visits = Annotated[int, Field(ge=0, le=1_000_000)]
Rupiah = Annotated[int, Field(ge=0, le=1_000_000_000)]
Litres = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}([.][0-9]{1,3})?$")]
Day = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=500)]
Purpose = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class ObstacleBody(Wire):
    """What was in the way in a quarter; ``author`` wrote it, ``withdrawn`` does not count any more."""

    period: str
    text: str
    effort: str
    author: str
    author_name: str
    role: str | None = None
    at: str
    withdrawn: bool = False
    unit: str


class EvaluationBody(Wire):
    """The report of a quarter on its way: *draf* can be written, *final* stays as it is."""

    period: str
    title: str
    state: str
    texts: dict[str, str]
    final_at: str | None = None
    unit: str


class SurveyBody(Wire):
    """That a survey was filled in; its own author's phone learns of it, nobody else."""

    survey: str
    about: str


class VisitorMonthBody(Wire):
    """Visitors of a month as entered."""

    month: str
    total: int
    parts: dict[str, int]
    unit: str


class JourneyCostBody(Wire):
    """What one journey to the office costs."""

    started: str
    litres: str
    price: int
    meal: int
    other: int
    unit: str


class ObstacleArgs(Wire):
    """An obstacle of a quarter, and what was done about it."""

    period: Quarter
    text: Obstacle
    effort: Effort = ""


class OpenArgs(Wire):
    """The quarter that a report is begun for."""

    period: Quarter


class WriteArgs(Wire):
    """The texts of a draft, its place, and who signs it as head of the team."""

    background: Part = ""
    purpose: Part = ""
    execution: Part = ""
    recommendation: Part = ""
    conclusion: Part = ""
    place: Name = ""
    chair: Name = ""


class UserSurveyArgs(Wire):
    """An asker's marks about one closed question."""

    question: Id
    ease: Mark
    speed: Mark
    clarity: Mark
    overall: Mark
    comment: Comment = ""


class TeamSurveyArgs(Wire):
    """A member of staff's marks about a quarter."""

    period: Quarter
    ease: Mark
    speed: Mark
    clarity: Mark
    overall: Mark
    comment: Comment = ""


class VisitorMonthArgs(Wire):
    """Visitors of a past month, with the purposes that are known."""

    month: Month
    total: Visits
    parts: Annotated[dict[Purpose, Visits], Field(default_factory=dict, max_length=12)]


class JourneyCostArgs(Wire):
    """The month in which the service started, and one journey: litres x price + meal + other, in rupiah."""

    started: Month
    litres: Litres
    price: Rupiah
    meal: Rupiah
    other: Rupiah = 0


class DocumentBody(Wire):
    """A service document that was drawn up: its days, what narrows it, how many questions, who and why."""

    first: str
    last: str
    kind: str | None = None
    category: str | None = None
    reason: str
    n: int
    name: str
    at: str
    unit: str


class DocumentArgs(Wire):
    """A range of local dates, both included, perhaps one kind or category, and why it is taken out."""

    first: Day
    last: Day
    kind: Purpose | None = None
    category: Purpose | None = None
    reason: Reason


class NoArgs(Wire):
    """Nothing besides the record itself."""
