"""Tables of the room. Plain ids, no relationships; the Core tables in capitals are for explicit queries."""

from backend.identity.models.access import (
    ACTIVATION,
    CREDENTIAL,
    DEVICE_SESSION,
    SIGN_IN_THROTTLE,
    Activation,
    Credential,
    DeviceSession,
    SignInThrottle,
)
from backend.identity.models.agencies import AGENCY, AGENCY_SETTINGS, UNIT, Agency, AgencySettings, Unit
from backend.identity.models.imports import IMPORT_BATCH, IMPORT_CHANGE, ImportBatch, ImportChange
from backend.identity.models.people import ASSIGNMENT, PERSON, ROLE_GRANT, Assignment, Person, RoleGrant

__all__ = [
    "ACTIVATION",
    "AGENCY",
    "AGENCY_SETTINGS",
    "ASSIGNMENT",
    "CREDENTIAL",
    "DEVICE_SESSION",
    "IMPORT_BATCH",
    "IMPORT_CHANGE",
    "PERSON",
    "ROLE_GRANT",
    "SIGN_IN_THROTTLE",
    "UNIT",
    "Activation",
    "Agency",
    "AgencySettings",
    "Assignment",
    "Credential",
    "DeviceSession",
    "ImportBatch",
    "ImportChange",
    "Person",
    "RoleGrant",
    "SignInThrottle",
    "Unit",
]
