"""What is asked, what holds, and what is otherwise than before: always in sight above the answers."""

from __future__ import annotations

import json
from functools import partial

from nicegui import ui

from detente.report.parts import SIGNS
from detente.report.speech import _, ngettext, number
from detente.report.terms import said
from detente.report.words import outcomes_words, state_words
from detente.stability.registry import CONCEPTS
from detente.workbench.answers import Answer
from detente.workbench.outline import outline
from detente.workbench.page.parts import Tag, fill, select
from detente.workbench.page.session import Session
from detente.workbench.whatif import TRIAL, Verdicts, droppable

MOST = 12


def build(session: Session) -> None:
    """Make the strip."""
    with Tag("div", "", "wb-strip", data_testid="strip"):
        with Tag("div", "", "wb-asked"):
            reading = select(_("Reading"), {}, "", lambda name: _choose(session, reading=name), testid="reading")
            select(
                _("Can hold under"),
                {key: f"{key.upper()} – {said(item.name)}" for key, item in CONCEPTS.items()},
                session.toggles.concept,
                lambda key: _choose(session, concept=key if key in CONCEPTS else "seq"),
                testid="concept",
            )
            select(
                _("Compared with"),
                {"change": _("before the last change"), "file": _("the file as saved")},
                session.compared_with,
                lambda name: _compare(session, name),
                testid="compared-with",
            )
        trial = Tag("details", "", "wb-trial", data_testid="trial")
        box = Tag("div", "", "wb-verdicts", data_testid="verdicts", role="status", aria_live="polite")
    shown: dict[str, object] = {}

    def show(session: Session) -> None:
        found = session.found
        if found is None:
            return
        verdicts = found.verdicts
        if verdicts is not None:
            names = {item.id: item.label for item in verdicts.conflict.readings if item.id != TRIAL}
            now = session.toggles.reading if session.toggles.reading in names else next(iter(names))
            if shown.get("readings") != (names, now):
                shown["readings"] = (names, now)
                fill(reading, names, now)
            what = (verdicts.conflict.digest, session.toggles)
            if shown.get("trial") != what:
                shown["trial"] = what
                _trial(trial, session, verdicts)
        box.clear()
        box.classes("wb-stale") if found.stale else box.classes(remove="wb-stale")
        with box:
            _verdicts(session)

    session.first.append(show)


def _choose(session: Session, **asked: str) -> None:
    """Ask under another reading or concept, and let the address say so."""
    ui.run_javascript(f"wb.asked({json.dumps(asked)})")
    session.try_out(**asked, **({"lenses": ()} if "reading" in asked else {}))


def _compare(session: Session, name: str) -> None:
    session.compared_with = "file" if name == "file" else "change"
    session.refresh()


def _verdicts(session: Session) -> None:
    found = session.found
    assert found is not None
    if found.refused:
        Tag("p", said(found.refused), "wb-refused", data_testid="refused")
        return
    if found.verdicts is None:
        new = session.model.key.startswith("new/") and not session.model.desk.origin
        words = _("No answer yet: parties, options and wishes come first.")
        words = words if new else _("There is no answer yet: the text has problems.")
        Tag("p", words, "quiet", data_testid="no-answer")
        begun = outline(session.model.desk.text, session.model.desk.kind)
        if not new or (begun is not None and begun.options):
            _first_problem(found)
        return
    if found.stale:
        with Tag("div", "", "wb-refused", data_testid="stale"):
            Tag("p", _("The text has problems; this is what held before."))
            _first_problem(found)
    verdicts = found.verdicts
    if verdicts.refused:
        Tag("p", said(verdicts.refused), "wb-refused")
        return
    for item in verdicts.warnings[:1]:
        words = _("The answers do without the classes of outcomes: {why}.").format(why=said(item.message).rstrip("."))
        Tag("p", words, "wb-refused", data_testid="unclassed")
    _equilibria(session, verdicts)
    _claims(session, verdicts)


def _first_problem(found: Answer) -> None:
    """Say what is wrong first, with its place; the rest is listed under the text."""
    for item in found.problems[:1]:
        place = _("Line {line}, column {column}").format(line=item.line, column=item.column) if item.line else ""
        meant = _("Did you mean “{name}”?").format(name=item.nearest) if item.nearest else ""
        words = "; ".join(part for part in (item.message, meant) if part)
        Tag("p", f"{place}: {words}" if place else words, data_testid="first-problem")


def _equilibria(session: Session, verdicts: Verdicts) -> None:
    graph = verdicts.world.graph
    change = None if session.found is None or session.found.stale else session.difference
    gained = set(change.gained) if change else set()
    with Tag("div", "", "wb-line"):
        n = len(verdicts.holding)
        of = ngettext("of {n} state", "of {n} states", graph.n_states).format(n=number(graph.n_states))
        words = ngettext("{n} can hold", "{n} can hold", n).format(n=number(n))
        Tag("strong", words, data_testid="n-holding")
        Tag("span", of, "quiet")
        first = sorted(verdicts.holding, key=lambda state: (state not in gained, state))[:MOST]
        with Tag("span", "", "wb-states", data_testid="holding"):
            for state in sorted(first):
                new = state in gained
                label = ("+ " if new else "") + graph.space.label(state)
                chip = Tag("button", label, "wb-state-chip" + (" wb-gained" if new else ""), type="button")
                about = state_words(graph, state)
                names = outcomes_words(graph, state)
                chip.set(title=f"{about} · {names}" if names else about, data_state=str(state + 1))
                chip.on("click", lambda _, state=state: pick(session, state))
        if n > MOST:
            Tag("span", _("and {n} more").format(n=number(n - MOST)), "quiet")
    if not change:
        return
    if change.incomparable:
        Tag(
            "p",
            _("The options are others than before, so states cannot be compared."),
            "quiet",
            data_testid="difference",
        )
    elif change.gained or change.lost:
        with Tag("div", "", "wb-line wb-change", data_testid="difference"):
            if change.gained:
                words = ngettext("{n} gained", "{n} gained", len(change.gained)).format(n=number(len(change.gained)))
                Tag("span", words, "wb-gained")
            if change.lost:
                words = ngettext("{n} lost", "{n} lost", len(change.lost)).format(n=number(len(change.lost)))
                Tag("span", words, "wb-lost")
                before = session.compared.before if session.compared_with == "change" else None
                for state in change.lost[:MOST] if before is not None else ():
                    there = before.world.graph if before is not None else graph
                    lost = Tag("span", f"− {there.space.label(state)}", "wb-state-chip wb-lost-chip")
                    lost.set(title=state_words(there, state))


def _claims(session: Session, verdicts: Verdicts) -> None:
    if not verdicts.claims:
        return
    counts = {key: list(verdicts.claims.values()).count(key) for key in ("holds", "partly", "fails")}
    words = {
        "holds": ngettext("{n} holds", "{n} hold", counts["holds"]),
        "partly": ngettext("{n} holds partly", "{n} hold partly", counts["partly"]),
        "fails": ngettext("{n} fails", "{n} fail", counts["fails"]),
    }
    with Tag("div", "", "wb-line", data_testid="claims"):
        Tag("strong", _("Claims"))
        for key, count in counts.items():
            if count:
                Tag("span", f"{SIGNS[key]} {words[key].format(n=number(count))}", f"v-{key}")
    flipped = session.difference.flipped if session.difference and not (session.found and session.found.stale) else ()
    if flipped:
        with Tag("div", "", "wb-line wb-change", data_testid="flipped"):
            for name, before, now in flipped[:MOST]:
                signs = f"{SIGNS[before] if before else '–'} → {SIGNS[now] if now else '–'}"
                Tag("span", f"{name}: {signs}", f"wb-state-chip v-{now or 'partly'}")


async def pick(session: Session, state: int) -> None:
    """Show a state in the graph, with its reasons."""
    session.picked = state
    ui.run_javascript("wb.tab('graph')")
    for show in session.pickers:
        await show(state)


def _trial(box: Tag, session: Session, verdicts: Verdicts) -> None:
    """Make what can be tried without touching the text: lenses one by one, and premises left out."""
    conflict = verdicts.conflict
    tried = len(session.toggles.lenses) + len(session.toggles.dropped)
    box.clear()
    with box:
        words = _("Try without changing the text")
        Tag("summary", f"{words} ({tried})" if tried else words, "wb-tried" if tried else "", data_testid="trial-open")
        with Tag("div", "", "inside"):
            chosen = conflict.lens_choice(verdicts.reading)
            with Tag("div", "", "wb-grid2"):
                for dm in conflict.parties:
                    if len(dm.lenses) < 2:
                        continue
                    select(
                        dm.label,
                        {lens.id: lens.label for lens in dm.lenses},
                        chosen[dm.id],
                        partial(_lens, session, dm.id),
                        testid=f"try-lens-{dm.id}",
                    )
            good = session.model.desk.good
            base = good.conflict if good is not None and good.conflict is not None else conflict
            premises = {
                key: premise.name or f"{key.partition(': ')[0]}: {premise.says()}"
                for key, premise in droppable(base).items()
                if key not in session.toggles.dropped
            }
            select(
                _("Leave out a premise"),
                {"": _("choose one …"), **{key: words[:110] for key, words in premises.items()}},
                "",
                lambda key: session.try_out(dropped=session.toggles.dropped | {key}) if key in premises else None,
                testid="try-drop",
            )
            if session.toggles.dropped:
                with Tag("ul", "", "wb-rows", data_testid="dropped"):
                    for key in sorted(session.toggles.dropped):
                        with Tag("li", "", "wb-row"):
                            Tag("span", key, "wb-row-body")
                            back = Tag("button", _("Back"), type="button")
                            back.on(
                                "click", lambda _, key=key: session.try_out(dropped=session.toggles.dropped - {key})
                            )
            if tried:
                reset = Tag("button", _("As in the text"), type="button", data_testid="trial-reset")
                reset.on("click", lambda _: session.try_out(lenses=(), dropped=frozenset()))


def _lens(session: Session, dm: str, lens: str) -> None:
    others = tuple(item for item in session.toggles.lenses if item[0] != dm)
    session.try_out(lenses=(*others, (dm, lens)))
