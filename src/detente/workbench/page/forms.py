"""The model as forms: each change is a change of the text, and each change of the text is seen here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from nicegui import ui

from detente.report.speech import _
from detente.workbench import edits
from detente.workbench.outline import Item, OptionRow, Outline, outline
from detente.workbench.page import forms_party
from detente.workbench.page.form_parts import adder, formula_field, remove_button
from detente.workbench.page.lines import field
from detente.workbench.page.parts import Tag, button, checkbox, select
from detente.workbench.page.session import Session

Part = Callable[[Session, Outline], None]


def build(session: Session) -> None:
    """Make the forms; each part is made anew only where what it shows has changed."""
    broken = Tag("p", "", "wb-refused wb-none", role="status", data_testid="forms-broken")
    parts: list[tuple[Tag, Callable[[Outline], object], Part]] = []
    chosen = forms_party.Chosen()

    def part(name: str, shows: Callable[[Outline], object], make: Part) -> None:
        parts.append((Tag("div", "", "wb-form", data_form=name, data_testid=f"form-{name}"), shows, make))

    part("title", lambda found: found.title, _title)
    part(
        "parties",
        lambda found: (forms_party.without_statements(found), chosen.party, chosen.row),
        lambda session, found: forms_party.build(session, found, chosen),
    )
    part("restrictions", lambda found: (found.restrictions, found.off), _restrictions)
    part("outcomes", lambda found: found.outcomes, _outcomes)
    part("status_quo", lambda found: (found.status_quo, found.has_status_quo, found.options), _status_quo)
    shown: dict[int, object] = {}

    def show(session: Session) -> None:
        desk = session.model.desk
        found = outline(desk.text, desk.kind)
        broken.classes(remove="wb-none") if found is None else broken.classes("wb-none")
        if found is None:
            broken.say(
                _("The text cannot be read as it stands, so the forms wait. The problems are listed under “Text”.")
            )
            return
        chosen.take(session, found)
        for place, (box, shows, make) in enumerate(parts):
            now = shows(found)
            if place in shown and shown[place] == now:
                continue
            shown[place] = now
            box.clear()
            with box:
                make(session, found)
        forms_party.show_statements(session, found, chosen)
        if chosen.focus:
            ui.run_javascript(f"wb.focus('{chosen.focus}')")
            chosen.focus = ""

    chosen.show = lambda: show(session)
    session.showers.append(show)


def _title(session: Session, found: Outline) -> None:
    field(
        _("What the conflict is called"),
        found.title,
        lambda words: session.change(
            lambda text, kind: edits.put(text, kind, ("title",), words.strip() or "A conflict")
        ),
        testid="title",
        classes="wb-title",
    )


def _restrictions(session: Session, found: Outline) -> None:
    Tag("h3", _("What cannot happen"))
    Tag(
        "p", _("A state in which one of these is true is left out. Untick one to see what follows without it."), "quiet"
    )
    with Tag("ul", "", "wb-rows", data_testid="restrictions"):
        for place, item in enumerate(found.restrictions):
            with Tag("li", "", "wb-row"):
                checkbox(
                    _("in force"),
                    True,
                    session.by(edits.switch_off, item.path),
                    testid=f"restriction-{place}",
                    hidden_label=True,
                )
                with Tag("div", "", "wb-row-body"):
                    if item.that:
                        formula_field(session, item, f"restriction-formula-{place}")
                    else:
                        Tag("span", item.words, "wb-code")
                    _remarks(item)
                remove_button(session, item, item.name or item.words, f"restriction-remove-{place}")
        for place, words in enumerate(found.off):
            with Tag("li", "", "wb-row wb-off"):
                checkbox(
                    _("in force"),
                    False,
                    session.by(edits.switch_on, place),
                    testid=f"restriction-off-{place}",
                    hidden_label=True,
                )
                Tag("span", _shortly(words), "wb-code wb-row-body")
    adder(
        _("New restriction"),
        _("a.option and b.option"),
        session.by(edits.infeasible_added),
        testid="new-restriction",
        formula=True,
    )


def _shortly(words: str) -> str:
    """Return what stands for a rule that is switched off: its formula, or its first line."""
    lines = [line.strip().removeprefix("- ") for line in words.splitlines()]
    found = next((line.removeprefix("that:").strip() for line in lines if line.startswith("that:")), lines[0])
    return found.partition(" #")[0]


def _remarks(item: Item) -> None:
    words = " · ".join(part for part in (item.name, item.because) if part)
    if words:
        Tag("p", words if len(words) < 200 else words[:200] + " …", "quiet wb-remark")


def _outcomes(session: Session, found: Outline) -> None:
    Tag("h3", _("What may come of it"))
    with Tag("ul", "", "wb-rows", data_testid="outcomes"):
        for place, item in enumerate(found.outcomes):
            with Tag("li", "", "wb-row"):
                with Tag("div", "", "wb-row-body"):
                    field(
                        _("Name"),
                        item.name,
                        session.by(edits.named, item.path),
                        testid=f"outcome-name-{place}",
                        hidden_label=True,
                    )
                    formula_field(session, item, f"outcome-formula-{place}")
                remove_button(session, item, item.name, f"outcome-remove-{place}")
    named: list[str] = [""]

    def name(words: str) -> None:
        named[0] = words

    with Tag("div", "", "wb-adder"):
        field(_("Name"), "", name, testid="new-outcome-name", hint=_("name"), event="input", hidden_label=True)
    adder(
        _("New outcome"),
        _("not a.option and not b.option"),
        lambda words: session.by(edits.outcome_added, named[0] or words)(words),
        testid="new-outcome",
        formula=True,
    )


def _status_quo(session: Session, found: Outline) -> None:
    Tag("h3", _("Where things stand"))
    if not found.options:
        Tag("p", _("There are no options yet."), "quiet")
        return
    now = current(found)
    if now is None:
        Tag("p", _("It is said in the text in another way; a choice here says it anew."), "quiet")
    elif not found.has_status_quo:
        Tag("p", _("Not said yet. Choose what is so today; all else counts as not taken."), "quiet")
    values = now or {name: row.values[0] for name, row in found.options}
    names = {party.id: party.name or party.id for party in found.parties}

    def take(name: str, value: str) -> None:
        session.change(
            lambda text, kind: edits.status_quo_set(text, kind, _first_left_out(found, values | {name: value}))
        )

    with Tag("div", "", "wb-grid2", data_testid="status-quo"):
        for name, row in found.options:
            words = {"no": _("no"), "yes": _("yes")}
            select(
                f"{names[name.partition('.')[0]]}: {row.name or row.id}",
                {value: words.get(value, value) if row.values == ("no", "yes") else value for value in row.values},
                values.get(name, row.values[0]),
                partial(take, name),
                testid=f"status-quo-{name}",
            )
    if not found.has_status_quo:
        button(
            _("It is as shown here"),
            session.by(edits.status_quo_set, _first_left_out(found, values)),
            testid="status-quo-set",
        )


def _first_left_out(found: Outline, values: dict[str, str]) -> dict[str, str]:
    rows: dict[str, OptionRow] = dict(found.options)
    return {name: value for name, value in values.items() if name in rows and value != rows[name].values[0]}


def current(found: Outline) -> dict[str, str] | None:
    """Return the value of every option in the status quo; None where it is not said by options."""
    values = {name: row.values[0] for name, row in found.options}
    given = found.status_quo
    if given is None:
        return values
    if isinstance(given, dict):
        return values | {str(name): str(value) for name, value in given.items() if name in values}
    if not isinstance(given, list):
        return None
    for entry in given:
        name, equals, value = (part.strip() for part in str(entry).partition("="))
        if name in values:
            values[name] = value if equals else "yes"
    return values
