"""What a draft that moves to a newer version is shown."""

from __future__ import annotations

import copy
from typing import Any

from backend.applications.reading import read
from backend.applications.rules.changes import Change, changes, for_draft
from tests.applications.samples import FILES, SMALL, made, raw, service, small


def paths(found: list[Change]) -> list[str]:
    return [one.path for one in found]


def test_the_same_service_has_no_differences() -> None:
    for file in FILES:
        assert changes(service(file), service(file)) == []


def _newer() -> dict[str, Any]:
    fields = copy.deepcopy(SMALL["fields"])
    del fields[2]
    fields[0]["required"] = False
    fields[1]["options"][1] = {"value": "c", "label": "C"}
    fields.insert(0, {"key": "phone", "label": "Telepon", "type": "text", "required": True})
    items = [*SMALL["items"], {"code": "KTP", "label": "KTP"}]
    return small(version=2, fields=fields, items=items, title="Layanan baru")


def test_every_difference_is_named_once() -> None:
    old, new = made(), read(_newer()).service
    assert new is not None
    assert sorted(paths(changes(old, new))) == [
        "fields.kind.options.b",
        "fields.kind.options.c",
        "fields.people",
        "fields.phone",
        "fields.reason.required",
        "items.KTP",
        "title",
        "version",
    ]
    by_path = {one.path: one for one in changes(old, new)}
    assert by_path["fields.people"].text == "Isian 'Orang' tidak diminta lagi."
    assert by_path["items.KTP"].text == "Dokumen 'KTP' baru."
    assert (by_path["title"].old, by_path["title"].new) == ("Layanan uji", "Layanan baru")


def test_a_draft_sees_first_what_touches_it() -> None:
    old, new = made(), read(_newer()).service
    assert new is not None
    shown = for_draft(old, new, {"people": [{"nama": "Ani"}], "kind": ""}, documents=["SURAT"])
    touching = [one.path for one in shown if one.touches]
    assert set(touching) == {"fields.people", "fields.phone", "items.KTP"}
    assert paths(shown)[: len(touching)] == touching
    assert "version" not in paths(shown)


def test_rows_that_only_changed_places_are_one_difference() -> None:
    new = made(fields=SMALL["fields"][::-1])
    assert paths(changes(made(), new)) == ["fields"]
    assert changes(made(), new)[0].text == "Urutan isian berubah."


def test_a_condition_is_compared_as_a_whole() -> None:
    old, body = service(FILES[2]), raw(FILES[2])
    body["items"][1]["when"] = {"eq": ["purpose", "bank"]}
    new = read(body).service
    assert new is not None
    assert paths(changes(old, new)) == ["items.SK_JABATAN.when"]
