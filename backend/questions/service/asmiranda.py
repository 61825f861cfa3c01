"""The chat menu over a gateway: it shows the agency's notes; what it says leaves no trace in a thread."""

from __future__ import annotations

from backend.forms import service as forms
from backend.gateway import service as gateways
from backend.questions import menu, rules
from backend.questions.models import QuestionContact
from backend.questions.service.desk_facts import Facts
from sync.ids import derived
from sync.writing import Item, Writing


async def step(w: Writing, facts: Facts, contact: QuestionContact, item: Item, address: str, text: str) -> str | None:
    """Take one message of somebody without an open thread through the menu.

    Returns the text of the question that it is, or ``None`` if the menu alone answered.
    """
    if contact.menu is None and " ".join(text.casefold().split()) not in menu.OPENERS:
        return text
    turn = menu.turn(contact.menu, text, await topics(w, facts))
    contact.menu = None if turn.place is None else dict(turn.place)
    if turn.say is not None:
        out = gateways.Outgoing(derived(item.record, "menu"), w.agency, contact.gateway, address, turn.say, None)
        await gateways.enqueue(w.session, out, w.now)
        return None
    return menu.wish(turn.about) if turn.person else text


async def topics(w: Writing, facts: Facts) -> list[menu.Topic]:
    """The agency's notes that hold everywhere, under their topics, in the topics' order."""
    found: dict[str, list[menu.Note]] = {}
    for note in await forms.articles(w.session, w.agency):
        if note.areas:
            continue
        code = note.category or rules.suggest_category(note.question, facts.categories.categories)
        steps = "".join(f"\n{place}. {step}" for place, step in enumerate(note.steps, start=1))
        basis = f"\n\nDasar: {note.basis}" if note.basis else ""
        found.setdefault(code, []).append(menu.Note(note.slug, note.question, f"{note.answer}{steps}{basis}"))
    return [
        menu.Topic(one.code, one.label, tuple(found[one.code]))
        for one in facts.categories.categories
        if one.code in found
    ]
