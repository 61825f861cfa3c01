"""The rating form as HTML: the elements of domain rule 1 in their order, v1 and v2, with the faults named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from backend.ratings.public.layout import Reader
from backend.ratings.public.texts import say
from backend.ratings.rules.arrival import Given
from backend.ratings.service.catalogue import Instrument, Service

NOT_RATED = "0"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one form shows: whom, where, which instrument, and by which rules."""

    officer: str
    site: str
    instrument: Instrument
    services: Sequence[Service]
    phone_required: bool
    phone_days: int
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """What the visitor gave before, to be shown again beside the faults (input name to code)."""

    given: Given = field(default_factory=lambda: Given(None, (), None, {}))
    phone: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    """A sentence above the form, as plain text, e.g. that the server is busy."""


def label(reader: Reader, instrument: Instrument, name: str) -> str:
    """One text of the instrument's form in the reader's language, ready for HTML."""
    return reader.pick(instrument.body["form"][name])


def render(reader: Reader, sheet: Sheet, typed: Typed, *, action: str, stamp: str) -> str:
    """The form. ``action`` is ready for an attribute, ``stamp`` signed text."""
    send = label(reader, sheet.instrument, "send")
    where = f'<p class="s">{escape(sheet.site)}</p>' if sheet.site else ""
    photo = f'<img src="{escape(sheet.photo, quote=True)}" alt="" width="96" height="96">' if sheet.photo else ""
    unsent = f'data-unsent="{reader.say("unsent")}" data-sending="{reader.say("sending")}"'
    return (
        f"{photo}<h1>{escape(sheet.officer)}</h1>{where}"
        f"<p>{label(reader, sheet.instrument, 'instruction')}</p>"
        f"{_summary(reader, sheet, typed)}"
        f'<form method="post" action="{action}" {unsent} novalidate>'
        f'<input type="hidden" name="stamp" value="{escape(stamp, quote=True)}">'
        f'<p class="s">{reader.say("required")}</p>'
        f"{_services(reader, sheet, typed)}{_scores(reader, sheet, typed)}{_phone(reader, sheet, typed)}"
        f"<button>{send}</button></form>"
    )


def fault_text(language: str, name: str, code: str) -> str:
    """The sentence of a faulty input (plain text)."""
    if code == "WRONG_VERSION":
        return say(language, "scores_WRONG_VERSION" if name.startswith("score_") else "score_WRONG_VERSION")
    return say(language, f"{name.split('_')[0]}_{code}")


def _summary(reader: Reader, sheet: Sheet, typed: Typed) -> str:
    if typed.notice:
        return f'<div class="box" role="alert"><p>{escape(typed.notice)}</p></div>'
    if not typed.faults:
        return ""
    lines = "".join(
        f'<li><a href="#{name}">{_name(reader, sheet, name)}: '
        f"{escape(fault_text(reader.language, name, code))}</a></li>"
        for name, code in typed.faults.items()
    )
    send = sheet.instrument.body["form"]["send"][0 if reader.language == "id" else 1]
    return (
        f'<div class="box" role="alert" tabindex="-1"><h2>{reader.say("faults")}</h2><ul>{lines}</ul>'
        f"<p>{reader.say('nothing_stored', send=send)}</p></div>"
    )


def _name(reader: Reader, sheet: Sheet, name: str) -> str:
    form = {"service": "service", "indicators": "indicator", "score": "rating", "phone": "phone"}.get(name)
    if form is not None:
        return label(reader, sheet.instrument, form)
    code = name.partition("_")[2]
    found = next(one for one in sheet.instrument.body["indicators"] if one["code"] == code)
    return escape(str(found[f"label_{reader.language}"]))


def _fault(reader: Reader, typed: Typed, name: str) -> tuple[str, str]:
    """The sentence under a label, and the attributes that tie the input to it."""
    code = typed.faults.get(name)
    if code is None:
        return "", ""
    sentence = escape(fault_text(reader.language, name, code))
    return f'<p class="err" id="e-{name}">{sentence}</p>', f' aria-invalid="true" aria-describedby="e-{name}"'


def _services(reader: Reader, sheet: Sheet, typed: Typed) -> str:
    sentence, tied = _fault(reader, typed, "service")
    options = "".join(
        f'<option value="{escape(one.code, quote=True)}"{_on("selected", one.code == typed.given.service)}>'
        f"{escape(one.label(reader.language))}</option>"
        for one in sheet.services
    )
    return (
        f'<div class="f"><label class="q" for="service">{label(reader, sheet.instrument, "service")} *</label>'
        f"{sentence}"
        f'<select id="service" name="service" required{tied}><option value="">{reader.say("choose")}</option>'
        f"{options}</select></div>"
    )


def _scores(reader: Reader, sheet: Sheet, typed: Typed) -> str:
    body = sheet.instrument.body
    if sheet.instrument.version == "v1":
        legend = f"{label(reader, sheet.instrument, 'rating')} *"
        return _indicators(reader, sheet, typed) + _group(reader, body, typed, "score", legend, typed.given.score)
    return "".join(
        _group(
            reader, body, typed, f"score_{one['code']}",
            f"{escape(one[f'label_{reader.language}'])} *", typed.given.scores.get(one["code"]),
            escape(one[f"question_{reader.language}"]),
        )
        for one in body["indicators"]
    )  # fmt: skip


def _indicators(reader: Reader, sheet: Sheet, typed: Typed) -> str:
    sentence, tied = _fault(reader, typed, "indicators")
    boxes = "".join(
        f'<label class="c"><input type="checkbox" name="indicators" value="{one["code"]}"'
        f"{_id('indicators', place == 0)}{_on('checked', one['code'] in typed.given.indicators)}>"
        f"<span><b>{escape(one[f'label_{reader.language}'])}</b>: "
        f"{escape(one[f'description_{reader.language}'])}</span></label>"
        for place, one in enumerate(sheet.instrument.body["indicators"])
    )
    return (
        f"<fieldset{tied}><legend>{label(reader, sheet.instrument, 'indicator')} *</legend>"
        f'<p class="s">{reader.say("many")}</p>{sentence}{boxes}</fieldset>'
    )


def _group(
    reader: Reader, body: Mapping[str, Any], typed: Typed, name: str, legend: str, chosen: str | None, more: str = ""
) -> str:
    """One rating: *Not Rated* first and chosen, then 5 to 1."""
    sentence, tied = _fault(reader, typed, name)
    values = [(NOT_RATED, reader.pick(body["form"]["not_rated"]))]
    values += [(str(step[0]), f"{step[0]} {reader.pick(step[1:])}") for step in reversed(body["scale"])]
    known = chosen if chosen in {value for value, _ in values} else NOT_RATED
    radios = "".join(
        f'<label class="c"><input type="radio" name="{name}" value="{value}"'
        f"{_id(name, value == NOT_RATED)}{_on('checked', value == known)}>"
        f"<span>{text}</span></label>"
        for value, text in values
    )
    return f"<fieldset{tied}><legend>{legend}</legend>{f'<p>{more}</p>' if more else ''}{sentence}{radios}</fieldset>"


def _phone(reader: Reader, sheet: Sheet, typed: Typed) -> str:
    sentence, _ = _fault(reader, typed, "phone")
    tied = ' aria-invalid="true" aria-describedby="e-phone why"' if sentence else ' aria-describedby="why"'
    text = label(reader, sheet.instrument, "phone")
    star = "*" if sheet.phone_required else f"({reader.say('optional')})"
    return (
        f'<div class="f"><label class="q" for="phone">{text} {star}</label>{sentence}'
        f'<input class="t" id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel" maxlength="30" '
        f'placeholder="{text}" value="{escape(typed.phone, quote=True)}"{_on("required", sheet.phone_required)}'
        f'{tied}><p class="s" id="why">{reader.say("why_phone", n=sheet.phone_days)}</p></div>'
    )


def _on(attribute: str, wanted: bool) -> str:
    return f" {attribute}" if wanted else ""


def _id(name: str, wanted: bool) -> str:
    return f' id="{name}"' if wanted else ""
