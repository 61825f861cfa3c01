"""A service's fields as a form of the shared room, and everything that is wrong with the values that somebody wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.applications.rules.conditions import Truth, is_empty, judge
from backend.applications.rules.definition import Field, FieldType, Service
from backend.applications.rules.fault import Fault
from backend.applications.rules.values import USUAL_MOST, faults
from backend.forms import rules as forms

_TYPES = {
    FieldType.TEXT: forms.FieldType.TEXT,
    FieldType.CHOICE: forms.FieldType.CHOICE,
    FieldType.NUMBER: forms.FieldType.NUMBER,
    FieldType.DATE: forms.FieldType.DATE,
}
"""The types that the shared forms know; rows, image and employee are judged here alone."""
ONE_LINE = 300
"""A text that may be longer is asked for in several lines."""


def as_form(service: Service) -> forms.Form:
    """The fields that a shared form can ask for. What is required hangs on conditions, so readiness judges it."""
    fields = tuple(_as_field(one) for one in service.fields if one.type in _TYPES)
    return forms.Form(service.code, service.version, service.title, fields)


def value_faults(service: Service, values: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Fault]:
    """Everything that does not fit, also values of fields that the service lacks; what is empty is no fault here, what
    is not asked for under the conditions is not judged."""
    asked = {one.key: one for one in service.fields if judge(one.when, values, facts) is not Truth.FALSE}
    written = {key: value for key, value in values.items() if not is_empty(value)}
    form = as_form(service)
    simple = {field.key for field in form.fields}
    known = {one.key for one in service.fields}
    said = forms.validate(form, {key: value for key, value in written.items() if key in simple or key not in known})
    found = [Fault(f"fields.{key}", "VALUE", text) for key, text in said.items() if key in asked or key not in known]
    for key, value in written.items():
        if key in asked and key not in said:
            found.extend(faults(asked[key], value, values))
    return sorted(set(found))


def _as_field(one: Field) -> forms.Field:
    text = one.type is FieldType.TEXT
    long = text and (one.max or USUAL_MOST) > ONE_LINE
    return forms.Field(
        key=one.key,
        label=one.label,
        type=forms.FieldType.LONG_TEXT if long else _TYPES[one.type],
        min_length=one.min or 0 if text else 0,
        max_length=(one.max or USUAL_MOST) if text else forms.TEXT_LIMIT,
        options=tuple(forms.Option(option.value, option.label) for option in one.options),
        help=one.help,
    )
