"""Text, names and numbers that are hard to write survive, or are refused."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Context
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.conflict import elements as el
from detente.conflict.conflict import Conflict
from detente.errors import CannotSayError
from detente.language.write import document_of, to_json, to_yaml
from detente.library.index import library
from tests.round_trips import check

PUNCTUATION = list(" \n\t\r:#-?,[]{}&*!|>'\"%@`~<=.0123456789eExX+_ab\\\x00\x7f\x85\xa0\u2028\ufeff\U000e0067é")
LOOKALIKES = [
    "",
    "~",
    "null",
    "Null",
    "TRUE",
    "false",
    "1",
    "-0",
    "1e5",
    ".5e3",
    "0x1F",
    "0o17",
    "1_000",
    "<<",
    "=",
    "yes",
    "No",
    "---",
    "- a",
    "? a",
    "# a",
    "a: b",
    "a #b",
    "a:",
    " a",
    "a ",
    "\n",
    "a\n",
    "\na",
    "a\n b",
    "a\n\n\nb",
    "|",
    "*a",
]
WORDS = st.lists(st.sampled_from(["word", "longer_words", "#", ":", "-", "", "x:", "it's"]), min_size=30, max_size=80)
HOSTILE = st.one_of(
    st.text(), st.text(alphabet=st.sampled_from(PUNCTUATION)), st.sampled_from(LOOKALIKES), WORDS.map(" ".join)
)


def _whole(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text)


@given(HOSTILE.filter(_whole), HOSTILE.filter(_whole), HOSTILE.filter(_whole))
def test_hostile_text_survives(title: str, name: str, because: str) -> None:
    conflict = replace(library("chicken"), title=title, notes=because)
    first, second = conflict.decision_makers
    outcomes = (replace(conflict.outcomes[0], name=because), *conflict.outcomes[1:])
    check(replace(conflict, decision_makers=(replace(first, name=name), second), outcomes=outcomes))


@given(st.lists(HOSTILE.filter(_whole), min_size=1, max_size=6, unique=True))
def test_hostile_labels_survive(labels: list[str]) -> None:
    states = tuple(el.ListedState(label, name=label * (k % 2)) for k, label in enumerate(labels))
    moves = tuple(("a", label, labels[0]) for label in labels[1:])
    lens = el.Lens(id="default", preference=el.Ranking((tuple(labels),)))
    check(
        Conflict(
            title="",
            decision_makers=(el.DecisionMaker(id="a", lenses=(lens,)),),
            graph_form=el.GraphForm(states, moves),
        )
    )


@given(st.one_of(st.fractions(), st.decimals(allow_nan=False, allow_infinity=False).map(Fraction)))
def test_numbers_survive_or_are_refused(number: Fraction) -> None:
    limit = el.Limit(id="l", terms=(("a.swerve", number),), at_most=-number)
    conflict = replace(library("chicken"), limits=(limit,))
    shortest = Context(prec=30).divide(number.numerator, number.denominator)
    if Fraction(shortest) == number and abs(shortest.adjusted()) < 900:
        check(conflict)
    elif Fraction(Context(prec=40).divide(number.numerator, number.denominator)) != number:
        with pytest.raises(CannotSayError, match=re.escape(str(number))):
            to_json(conflict)


@pytest.mark.parametrize("number", [Fraction(1, 3), Fraction(10**60 + 1), Fraction(1, 7 * 2**9)])
def test_numbers_without_decimal_are_refused_all_together(number: Fraction) -> None:
    limit = el.Limit(id="l", terms=(("a.swerve", Fraction(1)),), at_most=number, certainty=Fraction(1, 3))
    with pytest.raises(CannotSayError) as caught:
        to_yaml(replace(library("chicken"), limits=(limit,)))
    assert len(caught.value.reasons) == 2
    assert str(number) in caught.value.reasons[0]


def test_long_names_survive_or_are_refused() -> None:
    party = el.DecisionMaker(id="a")
    for label in ("x" * 990, "x y" * 330, "\x00" * 160):
        form = el.GraphForm((el.ListedState(label, name="n"),), ())
        check(Conflict(title="", decision_makers=(party,), graph_form=form))
        form = el.GraphForm((el.ListedState(label * 2, name="n"),), ())
        with pytest.raises(CannotSayError, match=r"at most about 1,000 characters are read in a name"):
            to_yaml(Conflict(title="", decision_makers=(party,), graph_form=form))


def test_what_would_be_too_large_to_read_is_refused() -> None:
    ranking = el.Ranking(tuple((k,) for k in range(1, 400_001)))
    party = el.DecisionMaker(id="a", options=(el.Option(id="x"),), lenses=(el.Lens(id="default", preference=ranking),))
    with pytest.raises(CannotSayError, match="at most 400,000 are read"):
        document_of(Conflict(title="", decision_makers=(party,)))
    with pytest.raises(CannotSayError, match="at most 8,000,000 are read"):
        to_yaml(replace(library("chicken"), notes="x" * 8_000_000))
