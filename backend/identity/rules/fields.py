"""The fields of an employee: their names on the wire and in the table, who owns each, what the screen calls them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SELF, HR, SOURCE = "self", "hr", "source"


@dataclass(frozen=True, slots=True)
class Field:
    """``owner``: the person (``self``), HR (``hr``) or the export of the personnel system (``source``).

    Fields of one ``group`` hold together and merge as one.
    """

    column: str
    owner: str
    label: str
    group: str | None = None


FIELDS: Mapping[str, Field] = {
    "name": Field("name", SOURCE, "nama"),
    "frontTitle": Field("front_title", SOURCE, "gelar depan"),
    "backTitle": Field("back_title", SOURCE, "gelar belakang"),
    "kind": Field("kind", SOURCE, "jenis", "number"),
    "nip": Field("nip", SOURCE, "NIP", "number"),
    "nipReason": Field("nip_reason", SOURCE, "alasan NIP", "number"),
    "staffCode": Field("staff_code", SOURCE, "kode pegawai", "number"),
    "unit": Field("unit", SOURCE, "unit"),
    "kecamatan": Field("kecamatan", SOURCE, "kecamatan"),
    "position": Field("position", SOURCE, "jabatan"),
    "positionType": Field("position_type", SOURCE, "jenis jabatan"),
    "positionLevel": Field("position_level", SOURCE, "jenjang jabatan"),
    "rank": Field("rank", SOURCE, "golongan", "rank"),
    "tmtRank": Field("tmt_rank", SOURCE, "TMT golongan", "rank"),
    "tmtPosition": Field("tmt_position", SOURCE, "TMT jabatan"),
    "tmtCpns": Field("tmt_cpns", SOURCE, "TMT CPNS"),
    "superior": Field("superior", HR, "atasan langsung"),
    "status": Field("status", HR, "status"),
    "phone": Field("phone", SELF, "nomor HP"),
    "email": Field("email", SELF, "email"),
    "photo": Field("photo", SELF, "foto"),
}
BY_COLUMN: Mapping[str, str] = {field.column: wire for wire, field in FIELDS.items()}
POST_COLUMNS = ("unit", "position", "position_type", "superior")
"""What an assignment of the kind ``post`` keeps."""
