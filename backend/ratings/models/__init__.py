"""Tables of the room. Plain ids, no relationships; the Core tables in capitals are for explicit queries."""

from backend.ratings.models.instruments import RatingInstrument, RatingService, RatingSettings
from backend.ratings.models.places import RatingCode, RatingKiosk, RatingShift, RatingTicket
from backend.ratings.models.ratings import (
    RATING,
    RATING_DECISION,
    RATING_PHONE,
    Rating,
    RatingDecision,
    RatingLookup,
    RatingPhone,
)
from backend.ratings.models.reports import RatingReport, RatingReportFile, RatingReportItem, RatingReportStep
from backend.ratings.models.survey import IkmAnswer, IkmReport

__all__ = [
    "RATING",
    "RATING_DECISION",
    "RATING_PHONE",
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
