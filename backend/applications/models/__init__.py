"""Tables of the room. Plain ids, no relations; instants are UTC, dates are dates of the agency."""

from backend.applications.models.cases import (
    Application,
    ApplicationField,
    ApplicationItem,
    ApplicationMark,
    ApplicationOutside,
    ApplicationReopened,
    ApplicationRow,
    ApplicationSubmission,
    ServiceDefinition,
)
from backend.applications.models.history import ApplicationHistory
from backend.applications.models.outputs import (
    ApplicationLetter,
    ApplicationNotice,
    ApplicationOutput,
    Document,
    DocumentVersion,
    LetterTemplate,
    ServiceFeedback,
    Signer,
)
from backend.applications.models.parties import Party, PartyOfficer

__all__ = [
    "Application",
    "ApplicationField",
    "ApplicationHistory",
    "ApplicationItem",
    "ApplicationLetter",
    "ApplicationMark",
    "ApplicationNotice",
    "ApplicationOutput",
    "ApplicationOutside",
    "ApplicationReopened",
    "ApplicationRow",
    "ApplicationSubmission",
    "Document",
    "DocumentVersion",
    "LetterTemplate",
    "Party",
    "PartyOfficer",
    "ServiceDefinition",
    "ServiceFeedback",
    "Signer",
]
