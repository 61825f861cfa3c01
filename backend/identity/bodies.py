"""What travels: the bodies of the room's records and the arguments of its mutations (camelCase on the wire)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sync.registry import Wire

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Short = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]
Uuid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Status = Literal["aktif", "cuti", "tugas belajar", "CLTN", "pensiun", "keluar"]
PositionType = Literal["JPT", "ADMINISTRATOR", "PENGAWAS", "PELAKSANA", "JF", "EXTERNAL"]


class EmployeeBody(Wire):
    """An employee as that person sees it; the full NIP is in nobody else's feed.

    ``incomplete`` names empty required fields, ``corrected`` the fields that HR changed and the source does not
    yet agree with. Dates are ISO dates, ``source_updated`` and ``updated_at`` (last edit by hand) instants in UTC;
    ``updated_by_name`` names the last editor if it was not the person.
    """

    name: str
    front_title: str | None = None
    back_title: str | None = None
    kind: str
    nip: str | None = None
    nip_masked: str | None = None
    nip_reason: str | None = None
    staff_code: str | None = None
    sex: str | None = None
    birth_date: date | None = None
    unit: str | None = None
    unit_name: str | None = None
    kecamatan: str | None = None
    kecamatan_name: str | None = None
    position: str | None = None
    position_type: str | None = None
    position_level: str | None = None
    rank: str | None = None
    tmt_rank: date | None = None
    tmt_position: date | None = None
    tmt_cpns: date | None = None
    superior: str | None = None
    superior_name: str | None = None
    phone: str | None = None
    email: str | None = None
    photo: str | None = None
    status: str
    incomplete: list[str] = Field(default_factory=list)
    corrected: list[str] = Field(default_factory=list)
    source_updated: str | None = None
    updated_at: str | None = None
    updated_by_name: str | None = None


class EmployeeEdit(Wire):
    """The fields that an edit may carry; each has its owner (see ``records.py``). ``null`` empties a field."""

    name: Name | None = None
    front_title: Short | None = None
    back_title: Short | None = None
    kind: Literal["PNS", "PPPK", "NON_ASN"] | None = None
    nip: Annotated[str, StringConstraints(max_length=40)] | None = None
    nip_reason: Annotated[str, StringConstraints(max_length=500)] | None = None
    staff_code: Annotated[str, StringConstraints(max_length=20)] | None = None
    unit: Uuid | None = None
    kecamatan: Uuid | None = None
    position: Short | None = None
    position_type: PositionType | None = None
    position_level: Short | None = None
    rank: Short | None = None
    tmt_rank: date | None = None
    tmt_position: date | None = None
    tmt_cpns: date | None = None
    superior: Uuid | None = None
    status: Status | None = None
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    email: Annotated[str, StringConstraints(max_length=200)] | None = None
    photo: Uuid | None = None


class RoleGrantBody(Wire):
    """A role that the person holds, on a unit and all below it; dates of the agency, both included."""

    person: str
    role: str
    unit: str
    unit_name: str
    from_: date = Field(alias="from")
    to: date | None = None
    stand_in: bool = False


class RoleGrantArgs(Wire):
    """Give ``person`` a role on ``unit``; a stand-in (Plt/Plh) needs both dates."""

    person: Uuid
    role: Annotated[str, StringConstraints(max_length=8)]
    unit: Uuid
    from_: date = Field(alias="from")
    to: date | None = None
    stand_in: bool = False


class RoleRevokeArgs(Wire):
    """End a grant now, whatever its dates say; ``reason`` stays in the log."""

    reason: Annotated[str, StringConstraints(max_length=200)] = ""
