"""One party at a time: its options, and what it wants, in an order that is dragged or stepped up and down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from nicegui.events import GenericEventArguments

from detente.language.source import Path
from detente.report.formulas import statement_words
from detente.report.speech import _
from detente.report.words import short
from detente.workbench import edits
from detente.workbench.documents import document_of
from detente.workbench.outline import Item, ListRow, Outline, PartyRow, outline
from detente.workbench.page.form_parts import adder, at_item, formula_field, remove_button
from detente.workbench.page.lines import field as text_field
from detente.workbench.page.lines import put_back
from detente.workbench.page.parts import Tag, button, select
from detente.workbench.page.session import Session

CERTAINTIES = ("certain", "likely", "possible")


@dataclass
class Chosen:
    """Which party and which of its lists are shown; ``words``: statements in words, by line or identity."""

    party: str = ""
    row: str = ""
    words: dict[tuple[str, str | int], str] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    focus: str = ""
    box: Tag | None = None
    """Where the statements of the list stand."""
    made: object = None
    """What is shown there."""
    show: Callable[[], None] = print

    def take(self, session: Session, found: Outline) -> None:
        """Keep to what there is."""
        parties = {party.id: party for party in found.parties}
        if self.party not in parties:
            self.party = next(iter(parties), "")
        rows = {row.id: row for row in parties[self.party].lists} if self.party else {}
        if self.row not in rows:
            self.row = next((row.id for row in rows.values() if row.id != "principles"), next(iter(rows), ""))
        desk = session.model.desk
        good = desk.good
        if good is None or good.conflict is None or good.revision != desk.revision:
            return
        document = document_of(desk.text, desk.kind)
        self.words = {}
        for row in rows.values():
            for item in row.items:
                place = document.value(item.path)
                if place is not None:
                    self.lines[item.path] = place.line
        for dm in good.conflict.parties:
            if dm.id == self.party:
                statements = [*dm.statements, *dm.principles, *(s for lens in dm.lenses for s in lens.statements)]
                for statement in statements:
                    said = statement_words(good.conflict, statement, dm.id)
                    self.words[dm.id, statement.says()] = said
                    if statement.where is not None:
                        self.words[dm.id, statement.where.line] = said
                    self.words[dm.id, statement.id.removeprefix(f"{dm.id}.")] = said


def build(session: Session, found: Outline, chosen: Chosen) -> None:
    """Make the list of parties, and the form of the one that is chosen."""
    Tag("h3", _("Who, and what each wants"))
    with Tag("div", "", "wb-chips", role="tablist", aria_label=_("Parties")):
        for party in found.parties:
            _chip(party, chosen)

    def add(name: str) -> bool:
        desk = session.model.desk
        before = outline(desk.text, desk.kind) or found
        known = {party.id for party in before.parties}
        if not session.by(edits.party_added)(name):
            return False
        now = outline(desk.text, desk.kind)
        chosen.party = next((party.id for party in (now.parties if now else ()) if party.id not in known), chosen.party)
        return True

    adder(_("New party"), _("name of a party"), add, testid="new-party")
    for place, party in enumerate(found.parties):
        if party.id == chosen.party:
            _party(session, found, party, place, chosen)


def without_statements(found: Outline) -> tuple[PartyRow, ...]:
    """Return the parties without what they want, which is made anew apart from the rest."""
    return tuple(
        replace(party, lists=tuple(replace(row, items=()) if row.orderly else row for row in party.lists))
        for party in found.parties
    )


def show_statements(session: Session, found: Outline, chosen: Chosen) -> None:
    """Show the statements of the list that is chosen, where they are others than those that are shown."""
    party = next((party for party in found.parties if party.id == chosen.party), None)
    row = next((row for row in party.lists if row.id == chosen.row), None) if party is not None else None
    if chosen.box is None or party is None or row is None or not row.orderly or party.nature:
        return
    made = (row, dict(chosen.words), dict(chosen.lines))
    if made == chosen.made:
        return
    chosen.made = made
    chosen.box.clear()
    with chosen.box:
        _statements(session, party, row, chosen)


def _chip(party: PartyRow, chosen: Chosen) -> None:
    def choose() -> None:
        chosen.party = party.id
        chosen.show()

    here = party.id == chosen.party
    chip = button(party.name or party.id, choose, testid=f"party-{party.id}", classes="wb-chip")
    chip.set(role="tab", aria_selected="true" if here else "false")


def _party(session: Session, found: Outline, party: PartyRow, place: int, chosen: Chosen) -> None:
    with Tag("div", "", "wb-party", role="tabpanel", aria_label=party.name or party.id):
        with Tag("div", "", "wb-party-head"):
            text_field(
                _("Name"),
                party.name or party.id,
                session.by(edits.named, party.path),
                testid="party-name",
                classes="wb-grow",
            )
            _identifier(session, party.id, chosen)
            _steps(session, ("decision_makers",), place, len(found.parties), party.name or party.id, "party", chosen)
            remove_button(session, party.path, party.name or party.id, "party-remove")
        if party.nature:
            Tag("p", _("Nature: it moves, and wants nothing."), "quiet")
        _options(session, party, chosen)
        if not party.nature:
            _lists(session, found, party, chosen)


def _identifier(session: Session, party: str, chosen: Chosen) -> None:
    def change(words: str) -> None:
        if words.strip() == party:
            return
        chosen.party = words.strip()
        if not session.by(edits.renamed, party)(words.strip()):
            chosen.party = party
            put_back(found, party)

    found = text_field(_("Name in formulas"), party, change, testid="party-id", classes="wb-short")
    found.set(spellcheck="false")


def _options(session: Session, party: PartyRow, chosen: Chosen) -> None:
    Tag("h4", _("Can"))
    with Tag("ul", "", "wb-rows", data_testid="options"):
        for place, option in enumerate(party.options):
            with Tag("li", "", "wb-row"):
                with Tag("div", "", "wb-row-body wb-inline"):
                    text_field(
                        _("Option"),
                        option.name or option.id,
                        session.by(edits.named, option.path),
                        testid=f"option-{place}",
                        hidden_label=True,
                        classes="wb-grow",
                    )
                inner = (*party.path, "options")
                _steps(session, inner, place, len(party.options), option.name or option.id, f"option-{place}", chosen)
                remove_button(session, option.path, option.name or option.id, f"option-remove-{place}")
                with Tag("div", "", "wb-row-more wb-row-flush"):
                    Tag("span", f"{party.id}.{option.id}", "wb-code quiet")
                    if option.detail:
                        Tag("span", option.detail, "quiet")
    adder(
        _("New option"),
        _("what it can do"),
        session.by(edits.option_added, party.id),
        testid="new-option",
    )


def _steps(
    session: Session, path: tuple[str | int, ...], place: int, n: int, words: str, testid: str, chosen: Chosen
) -> None:
    """Make the buttons that move an item up and down."""
    for way, sign, label in ((-1, "↑", _("Move {what} up")), (1, "↓", _("Move {what} down"))):
        new = place + way
        found = button(
            sign,
            session.by(edits.moved, path, place, new),
            testid=f"{testid}-{'up' if way < 0 else 'down'}",
            label=label.format(what=words),
            classes="wb-icon wb-step",
        )
        found.set(disabled=not 0 <= new < n)


def _lists(session: Session, found: Outline, party: PartyRow, chosen: Chosen) -> None:
    with Tag("div", "", "wb-party-head"):
        Tag("h4", _("Wants, the most important first"))
        if len(party.lists) > 1:

            def choose(name: str) -> None:
                chosen.row = name
                chosen.show()

            names = {row.id: row.name or (_("principles") if row.id == "principles" else row.id) for row in party.lists}
            select(_("Lens"), names, chosen.row, choose, testid="lens")
    for row in party.lists:
        if row.id != chosen.row:
            continue
        if not row.orderly:
            Tag("p", _("This is no list of statements; it is changed in the text:"), "quiet")
            Tag("p", row.items[0].words if row.items else "", "wb-code")
            return
        chosen.box, chosen.made = Tag("div"), None
        _add_statement(session, found, party, row)


def _statements(session: Session, party: PartyRow, row: ListRow, chosen: Chosen) -> None:
    def move(old: int, new: int) -> None:
        if old != new and session.by(edits.moved, row.path)(old, new):
            chosen.focus = f'[data-testid="statement-{new}-grip"]'

    n = len(row.items)

    def step(place: int, event: GenericEventArguments) -> None:
        move(place, min(max(place + int(event.args), 0), n - 1))

    with Tag("ol", "", "wb-rows wb-sort", data_testid="statements", data_sort=True) as listing:
        for place, item in enumerate(row.items):
            with Tag("li", "", "wb-row", data_testid=f"statement-{place}"):
                grip = Tag("button", "⠿", "wb-grip", type="button", data_testid=f"statement-{place}-grip")
                words = _words(party, item, chosen)
                grip.set(aria_label=_("Move {what}: drag, or arrow keys").format(what=words))
                grip.on(
                    "keydown",
                    partial(step, place),
                    js_handler="(event) => { const way = {ArrowUp: -1, ArrowDown: 1}[event.key];"
                    " if (way) { event.preventDefault(); emit(way); } }",
                )
                _statement(session, item, place)
                _steps(session, row.path, place, n, words, f"statement-{place}", chosen)
                remove_button(session, item, words, f"statement-{place}-remove")
                _remarks(item, words)
    listing.on("wbmove", lambda event: move(*map(int, event.args)), js_handler="(event) => emit(event.detail)")


def _words(party: PartyRow, item: Item, chosen: Chosen) -> str:
    for key in (chosen.lines.get(item.path, 0), item.words, item.name):
        if (party.id, key) in chosen.words:
            return chosen.words[party.id, key]
    return item.words


def _statement(session: Session, item: Item, place: int) -> None:
    if item.that:
        formula_field(session, item, f"statement-{place}-formula")
    else:
        Tag("span", item.words, "wb-code wb-row-body")
    if item.certainty is not None:
        names = {"certain": _("certain"), "likely": _("likely"), "possible": _("possible")}
        if item.certainty not in names:
            names[item.certainty] = item.certainty
        select(
            _("How sure"),
            names,
            item.certainty,
            lambda chosen: at_item(session, item, lambda place: session.by(edits.certainty_set, place.path)(chosen)),
            testid=f"statement-{place}-certainty",
            hidden_label=True,
            classes="wb-sure",
        )


def _remarks(item: Item, words: str) -> None:
    """Show below a statement what it says in words, and why."""
    if words not in (item.that, item.words):
        Tag("span", short(words, 200), "wb-row-more quiet")
    if item.because:
        Tag("span", short(item.because, 200), "wb-row-more quiet wb-because")


def _add_statement(session: Session, found: Outline, party: PartyRow, row: ListRow) -> None:
    """Make what adds a wish: chosen from the options, or written as a formula."""
    names = {one.id: one.name or one.id for one in found.parties}
    options = {
        name: f"{names[name.partition('.')[0]]}: {option.name or option.id}"
        for name, option in found.options
        if option.values == ("no", "yes")
    }
    chosen = {"option": next(iter(options), ""), "taken": "yes"}

    def add() -> bool:
        formula = chosen["option"] if chosen["taken"] == "yes" else f"not {chosen['option']}"
        return session.by(edits.statement_added, row.path)(formula)

    if options:
        with Tag("div", "", "wb-adder"):
            select(
                _("Option"),
                options,
                chosen["option"],
                lambda name: chosen.update(option=name),
                testid="wish-option",
                hidden_label=True,
                classes="wb-grow",
            )
            select(
                _("Taken"),
                {"yes": _("shall be taken"), "no": _("shall not be taken")},
                "yes",
                lambda taken: chosen.update(taken=taken),
                testid="wish-taken",
                hidden_label=True,
            )
            button(_("Add"), add, testid="wish-add")
    adder(
        _("New statement"),
        _("or a formula: not a.option if b.option"),
        session.by(edits.statement_added, row.path),
        testid="new-statement",
        formula=True,
    )
