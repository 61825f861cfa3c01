"""What people call the names of conditions, so that no key stands in a sentence; the phone has the same words."""

from __future__ import annotations

from collections.abc import Mapping

from backend.applications.rules.conditions import SUBJECT
from backend.applications.rules.definition import Service, Subject

FACT_WORDS: Mapping[Subject, Mapping[str, str]] = {
    Subject.EMPLOYEE: {
        "name": "nama", "kind": "jenis kepegawaian", "unit": "unit kerja", "position": "jabatan",
        "positionType": "jenis jabatan", "positionLevel": "jenjang jabatan", "rank": "golongan",
        "tmtRank": "TMT golongan", "tmtPosition": "TMT jabatan", "tmtCpns": "TMT CPNS",
        "nextRank": "golongan berikutnya", "firstPromotion": "apakah ini kenaikan pangkat pertama",
        "evaluations": "jumlah SKP yang sudah ditetapkan", "evaluationsPoor": "hasil SKP dua tahun terakhir",
        "creditPointsMet": "apakah angka kredit cukup",
    },
    Subject.PARTY: {
        "name": "nama partai", "officer": "nama pengurus", "approved": "persetujuan akun",
        "previousOutput": "surat keterangan yang lama",
    },
}  # fmt: skip
"""What a fact is called where it stands in a sentence."""


def word_of(service: Service, name: str) -> str:
    """What people call a name of a condition: the label of the field that it is or that shows the fact, else the fact's
    own words. Never the name itself, unless it is none that a definition may mention."""
    fact = name.removeprefix(SUBJECT) if name.startswith(SUBJECT) else None
    for one in service.fields:
        if one.fact == fact if fact is not None else one.key == name:
            return one.label
    return FACT_WORDS[service.subject].get(fact or name, name)
