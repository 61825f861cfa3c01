"""Tables of the room. Plain ids, no relationships; the Core tables in capitals are for explicit queries."""

from backend.ratings.models.instruments import (
    RATING_INSTRUMENT,
    RATING_SERVICE,
    RATING_SETTINGS,
    RatingInstrument,
    RatingService,
    RatingSettings,
)
from backend.ratings.models.places import (
    RATING_CODE,
    RATING_KIOSK,
    RATING_SHIFT,
    RATING_TICKET,
    RatingCode,
    RatingKiosk,
    RatingShift,
    RatingTicket,
)
from backend.ratings.models.ratings import (
    GIVEN,
    RATING,
    RATING_DECISION,
    RATING_LOOKUP,
    RATING_PHONE,
    Rating,
    RatingDecision,
    RatingLookup,
    RatingPhone,
)
from backend.ratings.models.reports import RatingReport, RatingReportFile, RatingReportItem, RatingReportStep
from backend.ratings.models.survey import IKM_ANSWER, IkmAnswer, IkmReport

__all__ = [
    "GIVEN",
    "IKM_ANSWER",
    "RATING",
    "RATING_CODE",
    "RATING_DECISION",
    "RATING_INSTRUMENT",
    "RATING_KIOSK",
    "RATING_LOOKUP",
    "RATING_PHONE",
    "RATING_SERVICE",
    "RATING_SETTINGS",
    "RATING_SHIFT",
    "RATING_TICKET",
    "IkmAnswer",
    "IkmReport",
    "Rating",
    "RatingCode",
    "RatingDecision",
    "RatingInstrument",
    "RatingKiosk",
    "RatingLookup",
    "RatingPhone",
    "RatingReport",
    "RatingReportFile",
    "RatingReportItem",
    "RatingReportStep",
    "RatingService",
    "RatingSettings",
    "RatingShift",
    "RatingTicket",
]
