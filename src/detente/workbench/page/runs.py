"""Questions that take a while: asked in the background, with how far they are, and a button that stops them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from detente.report.speech import _, decimal, number
from detente.report.terms import said
from detente.workbench.dossiers import Dossier
from detente.workbench.jobs import Job, Question, begin
from detente.workbench.page.frame import notice
from detente.workbench.page.lines import field, put_back
from detente.workbench.page.parts import Tag, button, checkbox, fill, select, spoken
from detente.workbench.page.session import Session

QUESTIONS: dict[str, Question] = {"robustness": "robust", "change": "change", "argument": "reasons"}


def build(session: Session, tab: str) -> Callable[[Session, Dossier], Any]:
    """Make what asks the long question of a tab; return what is told when the answer is another."""
    question = QUESTIONS[tab]
    shown: list[Dossier] = []
    asked: dict[str, Any] = {}
    with Tag("div", "", "wb-run", data_testid=f"run-{question}"):
        goal = None
        with Tag("div", "", "wb-run-asked"):
            if question == "robust":
                _robust(asked)
            elif question == "change":
                goal = _change(asked)
            else:
                Tag("p", _("On which premises does each claim stand? Each is dropped, weakened and reversed."), "quiet")
            start = button(_("Find out"), lambda: go(), testid=f"run-{question}-start", classes="wb-primary")
            stop = button(_("Stop"), lambda: halt(), testid=f"run-{question}-stop")
        bar = Tag("progress", "", "wb-none", data_testid=f"run-{question}-progress")
        bar.set(aria_label=_("How far it is"))
        words = Tag("p", "", "quiet", data_testid=f"run-{question}-words", role="status", aria_live="polite")

    def go() -> None:
        if not shown:
            return
        good = session.model.desk.good
        if good is None or good.conflict is None or good.revision != session.model.desk.revision:
            notice(_("The text has problems; mend them first."))
            return
        if question == "change" and not asked.get("targets"):
            notice(_("Choose what is wished."))
            return
        given = {**asked, **_under(question, shown[0])}
        session.model.jobs[question] = begin(
            question, session.model.desk.text, session.model.desk.kind, good.conflict.digest, given
        )
        look()

    def halt() -> None:
        job = session.model.jobs.get(question)
        if job is not None:
            job.stop()
        look()

    told: list[tuple[int, str] | None] = [None]

    def look() -> None:
        job = session.model.jobs.get(question)
        if job is None:
            stop.set(disabled=True)
            return
        job.poll()
        running = job.state == "running"
        start.set(disabled=running)
        stop.set(disabled=not running)
        if running:
            bar.classes(remove="wb-none")
            known = job.total and job.done < job.total
            bar.set(value=job.done if known else None, max=job.total if known else None)
        else:
            bar.classes("wb-none")
        words.say(_state(job, shown[0] if shown else None))
        state = (id(job), job.state)
        if told[0] != state:
            told[0] = state
            if not running:
                session.told_of_run()

    def show(session: Session, dossier: Dossier) -> None:
        shown[:] = [dossier]
        if goal is not None:
            _goals(goal, dossier, asked)
        look()

    watch = spoken(lambda _: look())
    ui.timer(0.25, lambda: watch(None))
    look()
    return show


def _under(question: Question, dossier: Dossier) -> dict[str, Any]:
    """Return what the page asks under, where the question is asked so."""
    if question != "change":
        return {}
    names = [item.id for item in dossier.conflict.readings]
    reading = dossier.reading if dossier.reading in names[: len(names)] and dossier.reading != "trial" else names[0]
    return {"concepts": (dossier.concept,), "readings": (reading,)}


def _robust(asked: dict[str, Any]) -> None:
    asked.update(worlds=2000, seed=0, shake=0, workers=1)
    Tag("p", _("In what share of the worlds that uncertain premises leave open does something hold?"), "quiet")

    def whole(label: str, name: str, least: int, most: int) -> None:
        def take(words: str) -> None:
            if words.strip().isascii() and words.strip().isdigit() and least <= int(words) <= most:
                asked[name] = int(words)
                return
            put_back(found, str(asked[name]))
            notice(_("A whole number from {least} to {most}, please.").format(least=number(least), most=number(most)))

        found = field(label, str(asked[name]), take, testid=f"robust-{name}", classes="wb-short")

    with Tag("div", "", "wb-inline"):
        whole(_("Worlds"), "worlds", 1, 1_000_000)
        whole(_("Seed"), "seed", 0, 2**63)
        checkbox(
            _("Neighbours in lists may change places"),
            False,
            lambda: asked.update(shake=0 if asked["shake"] else 3),
            testid="robust-shake",
        )


def _change(asked: dict[str, Any]) -> Tag:
    asked.update(targets=(), sets=2, seconds=60.0)
    Tag("p", _("What would have to be wanted or secured otherwise, so that something can hold?"), "quiet")
    with Tag("div", "", "wb-inline"):
        return select(
            _("What is wished"),
            {"": _("choose one …")},
            "",
            lambda name: asked.update(targets=(name,) if name else ()),
            testid="change-target",
        )


def _goals(goal: Tag, dossier: Dossier, asked: dict[str, Any]) -> None:
    conflict = dossier.conflict
    goals = {"": _("choose one …")}
    goals |= {item.id: item.label for item in conflict.outcomes}
    goals |= {f"claim:{item.id}": _("claim {name}").format(name=item.id) for item in conflict.claims}
    now = asked["targets"][0] if asked["targets"] else ""
    if now not in goals:
        asked["targets"], now = (), ""
    fill(goal, goals, now)


def _state(job: Job, dossier: Dossier | None) -> str:
    """Say how far a run is, or how it ended."""
    if job.state == "running" and dossier is not None and dossier.digest_as_written != job.digest:
        return _("It is about an earlier text: its answer will not be shown. Stop it, and ask again.")
    if job.state == "running":
        if job.total and job.done == job.total:  # what is searched grows with what is found
            return _("{done} so far").format(done=number(job.done))
        if job.total:
            return _("{done} of {total}").format(done=number(job.done), total=number(job.total))
        return _("It has begun.")
    if job.state == "stopped":
        return _("It was stopped.")
    if job.state == "failed":
        return _("There is no answer: {why}").format(why=said(job.trouble))
    took = _("It took {seconds} seconds.").format(seconds=decimal(job.took, 1))
    if dossier is not None and dossier.digest_as_written != job.digest:
        return _("The answer was about an earlier text, and is not shown; ask again.")
    return took
