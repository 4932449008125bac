"""Words and sentences that results bring along in English: names of concepts, verdicts, reasons, what premises say.

They are written below the report, which alone translates. Here they are marked as messages, and recognised again.
What is not recognised is told as it is.
"""

from __future__ import annotations

import re
from functools import cache

from detente.report.speech import N_, _, language, number

VERDICTS = {"holds": N_("holds"), "partly": N_("partly"), "fails": N_("fails")}

DURABILITIES = {
    "lasting": N_("lasting"),
    "brittle": N_("brittle"),
    "shifting": N_("shifting"),
    "provisional": N_("provisional"),
    "latent": N_("latent"),
    "conditional": N_("conditional"),
    "untenable": N_("untenable"),
}

MEANINGS = (
    N_("holds in every reading examined"),
    N_("holds now and later, but not in every reading examined"),
    N_("holds now and later, but in different states"),
    N_("holds now, not later"),
    N_("holds later, not now"),
    N_("holds neither now nor later, but in some other reading"),
    N_("holds in no reading examined"),
)

CONCEPTS = (
    "Nash",
    N_("General metarationality (GMR)"),
    N_("Symmetric metarationality (SMR)"),
    N_("Sequential stability (SEQ)"),
    N_("Symmetric sequential stability (SSEQ)"),
    N_("Simultaneous stability (SIM)"),
    N_("Relational Nash stability (RNash)"),
    N_("Relational general metarationality (RGMR)"),
    N_("Relational symmetric metarationality (RSMR)"),
    N_("Relational sequential stability (RSEQ)"),
)

DEFINITIONS = (
    N_("The decision maker has no improvement."),
    N_("Every improvement can be met by opponents' moves that leave the decision maker no better off."),
    N_("As GMR, and the decision maker cannot escape the sanction by one more move of its own."),
    N_("As GMR, with sanctions made only of steps that improve matters for whoever takes them."),
    N_("As SEQ, and the decision maker cannot escape the sanction by one more move of its own."),
    N_("Every improvement fails when others take improvements of their own at the same moment."),
)

CERTAINTIES = {"certain": N_("certain"), "likely": N_("likely"), "possible": N_("possible")}

SENTENCES = (
    # why a concept was not decided
    N_("SIM recombines options, and {why}"),
    N_("the model has no option layout"),
    N_("the states of this model are listed by hand"),
    N_("states of this model are merged"),
    N_("moves in this model have consequences beyond the mover's own options"),
    N_("SIM would list {n} moves; at most {most} are listed"),
    N_("SIM would try {n} combinations of moves; at most {most} are tried"),
    # what premises say
    N_("not possible: {formula}"),
    N_("{option} moves only forward"),
    N_("{option} moves only backward"),
    N_("{option} changes only {changes}"),
    N_("when {formula}, then {sets}"),
    N_("{who} cannot move from ({start}) to ({end})"),
    N_("only the {n} listed states are possible"),
    N_("one state: {formula}"),
    N_("{sum} is at least {least} and at most {most}"),
    N_("{sum} is at least {least}"),
    N_("{sum} is at most {most}"),
    N_("between {one} and {other}: {levels}"),
    N_("from {low} to {high} in steps of {step}"),
    N_("from {low} to {high}"),
    N_("as written"),
    N_("there"),
    N_("missing"),
    N_("asked under"),
    N_("concept"),
    N_("list of {list}"),
    N_("{one} above {other}"),
    N_("behaviour"),
    # views
    N_("{who} sees {whom} want: {what}"),
    N_("{who} does not know of {option}"),
    N_("{who} believes that there is {option}"),
    N_("{who} thinks not possible: {formula}"),
    N_("{who} leaves out {whom}"),
    # the moving rule
    N_("Play starts in one of {n} states, each as likely."),
    N_(
        "At each move one mover is drawn among those that have a step, each as likely; then one of its steps, each as "
        "likely."
    ),
    N_(
        "At each move one mover is drawn among those that have a step, with weights {weights} (others 1); then one of "
        "its steps, each as likely."
    ),
    N_(
        "At each turn one mover is drawn among all, whether it has a step or not, each as likely; then one of its "
        "steps, each as likely."
    ),
    N_(
        "At each turn one mover is drawn among all, whether it has a step or not, with weights {weights} (others 1); "
        "then one of its steps, each as likely."
    ),
    N_("Steps are {parts}."),
    N_("each party's improvements"),
    N_("each party's best improvements"),
    N_("nature's moves"),
    N_("joint improvements of {who}"),
    N_("In error, any legal move is taken instead, at these rates: {rates}."),
    N_("Who moved last does not matter."),
    # what is left out
    N_("the story"),
    N_("the claims"),
    N_("more states that hold"),
    N_("joint steps"),
    N_("too many states"),
    N_("what those would do who are in the way of {names}"),
    N_("on which wishes it rests who is in the way of {names}"),
    N_("here phases are followed up to {states} states and {moves} moves"),
    N_("in a model of more than {n} states they are left to detente check"),
    N_("{n}; detente analyze lists them"),
    N_("they are followed up to {n} states"),
    N_("{concept}: decided for parties only; it has no form for coalitions."),
    N_("Coalitions are judged under legal sequences of sanctions only; of them cnash is decided."),
    N_("{concept}: not decided for all coalitions; {why}."),
    N_("{concept} does not judge improvements by the worst that follows"),
    N_("one model lists its states and the other has options"),
    N_("the models differ in the options {options}"),
    N_("{who}: order of preference"),
    N_("it was not asked for"),
    N_("the series has {n} observations, and at least {least} are needed"),
    # why a run of the workbench has no answer
    N_("it ended with an error, {error}: {message}; this is a defect of Détente"),
    N_("it ended without an answer; perhaps the memory was not enough"),
    N_("the machine has too little memory for this"),
)
"""Sentences, and parts of them, with places for what is filled in."""

_DATED = N_("from {date}: {level}")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")
_PLACE = re.compile(r"\\\{(\w+)\\\}")


def said(words: str) -> str:
    """Return a sentence that a result brings along in the language that is spoken, where it is known."""
    if language() == "en" or not words:
        return words
    if words in _known():
        return _(words)
    for message, pattern in _patterns():
        if found := pattern.fullmatch(words):
            return _(message).format(**{name: _part(name, part) for name, part in found.groupdict().items()})
    return words


def said_as(message: str, words: str) -> str:
    """Return words in the language that is spoken if they are of the form of a message, else as they are."""
    if language() == "en":
        return words
    found = _pattern(message).fullmatch(words)
    return _(message).format(**found.groupdict()) if found else words


_SEEN = (
    N_("the lens {lens}"),
    N_("{formula} in place of {name}"),
    N_("nothing of {name}"),
    N_("above all {formula}"),
)
"""In what way somebody sees another party's wishes."""


def _seen(words: str) -> str:
    for message in _SEEN:
        if found := _pattern(message).fullmatch(words):
            return _(message).format(**found.groupdict())
    return words


def _part(name: str, words: str) -> str:
    if name == "why":
        return said(words)
    if name == "what":
        return "; ".join(_seen(part) for part in words.split("; "))
    if name == "levels":
        return ", ".join(said_as(_DATED, part) for part in words.split(", "))
    if name == "parts":
        return ", ".join(said(part) for part in words.split(", "))
    return number(int(words.replace(",", ""))) if _THOUSANDS.fullmatch(words) else words


@cache
def _known() -> frozenset[str]:
    return frozenset((*MEANINGS, *CONCEPTS, *DEFINITIONS, *(words for words in SENTENCES if "{" not in words)))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the sentences with places, each as a pattern that finds what is filled in."""
    return tuple((words, _pattern(words)) for words in SENTENCES if "{" in words)


@cache
def _pattern(message: str) -> re.Pattern[str]:
    return re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(message)), re.DOTALL)


def sentences_said(words: str) -> str:
    """Return several such sentences, one after another."""
    return " ".join(said(part if part.endswith(".") else f"{part}.") for part in words.split(". "))
