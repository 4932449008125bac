"""Claims and agreements as text: read, written and read again, refused with their place; and ``detente check``."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from typer.testing import CliRunner

from detente.cli.main import app
from detente.conflict import claims as cl
from detente.conflict import elements as el
from detente.conflict import formula as fm
from detente.conflict.conflict import Conflict
from detente.errors import CannotSayError, ModelError
from detente.language.formula_parser import parse_formula
from detente.language.load import loads
from detente.language.write import convert, to_json, to_yaml
from tests.command import bad, run
from tests.draws import pick, some
from tests.literal_claims import CHECKS, STRONGEST_FIRST, draw_check
from tests.oracle import LiteralModel
from tests.round_trips import said
from tests.strategies import graph_conflicts, option_conflicts

MODEL = """
decision_makers:
  us:
    options: [go, arm]
    lenses: {tactical: [us.go], strategic: [not us.go]}
  them:
    options: [hit]
    preferences: [them.hit]
  others: {options: [watch], preferences: []}
  sky: {kind: nature, options: [rain]}
outcomes: {war: us.arm and them.hit, calm: not us.arm}
coalitions: {bloc: [us, them]}
"""

# -- read, written, read again --------------------------------------------------------------------------------------

WAR, CALM, RAIN = fm.Named("war"), fm.Named("calm"), fm.Taken("sky.rain")

SAID: dict[str, cl.Check] = {
    "can_hold: war": cl.Holds(WAR),
    "cannot_hold: war and sky.rain": cl.Holds(fm.And((WAR, RAIN)), negated=True),
    "stable: {that: war, for: us}": cl.Stays(WAR, "us"),
    "stable: {that: war, for: us, in: some}": cl.Stays(WAR, "us", every=False),
    "unstable: {that: war, for: them, in: every}": cl.Stays(WAR, "them", unstable=True),
    "reachable: war": cl.Reaches(WAR),
    "reachable: {that: war}": cl.Reaches(WAR),
    "reachable: {that: war, from: calm, by: moves}": cl.Reaches(WAR, CALM, "moves"),
    "reachable: {that: war, by: improvements}": cl.Reaches(WAR),
    "reachable: {that: war, by: them}": cl.Reaches(WAR, by=("them",)),
    "unreachable: {that: war, by: [them, us]}": cl.Reaches(WAR, by=("them", "us"), negated=True),
    "unreachable: {that: war, by: bloc}": cl.Reaches(WAR, by=("us", "them"), negated=True),
    "unreachable: {that: war, by: [them, bloc]}": cl.Reaches(WAR, by=("them", "us"), negated=True),
    "reachable: {that: war, steps: joint}": cl.Reaches(WAR, joint=True),
    "unreachable: {that: war, steps: joint, from: calm}": cl.Reaches(WAR, CALM, joint=True, negated=True),
    "durability: {that: war, is: lasting}": cl.Endures(WAR, ("lasting",)),
    "durability: {that: war, is: [shifting, untenable]}": cl.Endures(WAR, ("shifting", "untenable")),
    "blocked: {that: war, by: us}": cl.Blocked(WAR, ("us",)),
    "blocked: {that: war, by: [us, others]}": cl.Blocked(WAR, ("us", "others")),
    "inevitable: war": cl.Evolves("inevitable", WAR),
    "certain: {that: war, from: calm, improvements: best}": cl.Evolves("certain", WAR, CALM, best=True),
    "inevitable: {that: war, steps: joint, nature: never}": cl.Evolves("inevitable", WAR, joint=True, nature=False),
    "avoidable: {that: war, by: us}": cl.Evolves("avoidable", WAR, by=("us",)),
    "unavoidable: {that: war, by: bloc, from: not calm}": cl.Evolves(
        "unavoidable", WAR, fm.Not(CALM), by=("us", "them")
    ),
    "prefers: {who: us, this: war, to: calm}": cl.Prefers("us", WAR, CALM),
    "prefers: {who: us, this: war, to: calm, in: best}": cl.Prefers("us", WAR, CALM, every=False),
    "improves: {who: bloc, to: calm}": cl.Improves(("us", "them"), CALM),
    "improves: {who: [us, others], from: war, to: calm}": cl.Improves(("us", "others"), CALM, WAR),
    "changes: {that: war, between: [tactical, strategic]}": cl.Changes(WAR, ("tactical", "strategic")),
    "unchanged: {that: war, between: [tactical, strategic]}": cl.Changes(WAR, ("tactical", "strategic"), True),
}


@pytest.mark.parametrize("text", SAID)
def test_every_check_is_read_and_written(text: str) -> None:
    conflict = loads(f"{MODEL}claims: {{c: {{says: It is so., {text}}}}}\n")
    assert conflict.claims == (cl.Claim(id="c", says="It is so.", check=SAID[text]),)
    _again(conflict)


def _again(conflict: Conflict) -> None:
    assert loads(to_yaml(conflict)) == conflict
    assert loads(to_json(conflict), kind="json") == conflict
    json.loads(to_json(conflict))


def test_a_claim_with_everything_and_agreements() -> None:
    conflict = loads(
        MODEL
        + """
agreements:
  pact:
    name: The pact
    because: It was signed.
    source: p. 1
    parties: [us, them]
    in_force: calm
    withdrawal: us
    revocable: no
  bloc_pact: {parties: [bloc, others], in_force: not war, withdrawal: [them, others]}
  plain: {parties: [us, others], in_force: us.go}
  none: {parties: [us, others], in_force: us.go, withdrawal: []}
claims:
  "null":
    name: "A: claim"
    because: "# no comment"
    source: 'true'
    says: "- 1"
    can_hold: war
    under: {readings: [strategic, tactical], concepts: nash}
  two: {says: "", cannot_hold: war, under: {readings: tactical, concepts: [seq, gmr]}}
"""
    )
    pact, bloc, plain, none = conflict.agreements
    assert pact == cl.Agreement(
        id="pact", name="The pact", because="It was signed.", source="p. 1", parties=("us", "them"), in_force=CALM,
        withdrawal=("us",), revocable=False,
    )  # fmt: skip
    assert (bloc.parties, bloc.withdrawal, bloc.revocable) == (("us", "them", "others"), ("them", "others"), None)
    assert (plain.withdrawal, none.withdrawal) == (None, ())
    first, second = conflict.claims
    assert (first.id, first.label, first.says, first.source) == ("null", "A: claim", "- 1", "true")
    assert (first.readings, first.concepts) == (("strategic", "tactical"), ("nash",))
    assert (second.says, second.readings, second.concepts) == ("", ("tactical",), ("seq", "gmr"))
    _again(conflict)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20)


@st.composite
def claiming(draw: DrawFn) -> Conflict:
    """Draw a conflict in the words of the language, with claims of every kind and agreements."""
    conflict = said(draw(st.one_of(option_conflicts(), graph_conflicts())))
    conflict = replace(conflict, status_quo=None, coalitions=())
    model = LiteralModel(conflict)
    labels = {state.label for state in conflict.graph_form.states} if conflict.graph_form else set()
    parties = [dm.id for dm in conflict.parties]

    def worded(check: Any) -> Any:
        """Return a check with its formulas as the language has them."""
        names = ("that", "this", "over", "start", "to")
        given = {name: getattr(check, name) for name in names if isinstance(getattr(check, name, None), fm.Formula)}
        return replace(check, **{name: as_read(formula) for name, formula in given.items()})

    def as_read(formula: fm.Formula) -> fm.Formula:
        return fm.rewrite(
            parse_formula(formula.text()),
            lambda leaf: fm.AtState(leaf.name) if isinstance(leaf, fm.Named) and leaf.name in labels else leaf,
        )

    claims = []
    for kind in (*CHECKS, "inevitable", "certain", "avoidable", "unavoidable"):
        if kind in CHECKS:
            check: Any = draw_check(draw, conflict, model, kind)
            if isinstance(check, cl.Reaches):
                check = replace(check, joint=check.by == "improvements" and draw(st.booleans()))
        else:
            start = draw_check(draw, conflict, model, "can_hold")
            assert isinstance(start, cl.Holds)
            check = cl.Evolves(
                kind,  # type: ignore[arg-type]
                start.that,
                pick(draw, (None, start.that)),
                tuple(some(draw, parties)) if kind.endswith("avoidable") else (),
                best=draw(st.booleans()),
                joint=draw(st.booleans()),
                nature=draw(st.booleans()),
            )
        claim = cl.Claim(
            id=f"k_{kind}",
            says=draw(WORDS).strip(),
            check=worded(check),
            readings=tuple(some(draw, [item.id for item in conflict.readings], least=0)),
            concepts=tuple(some(draw, ("nash", "seq", "sim"), least=0)),
            because=draw(WORDS).strip(),
            source=draw(WORDS).strip(),
        )
        claims.append(claim)
    agreements = []
    for k in range(draw(st.integers(0, 2)) if len(parties) > 1 else 0):
        signed = tuple(some(draw, parties, least=2))
        agreements.append(
            cl.Agreement(
                id=f"a{k}",
                parties=signed,
                in_force=pick(draw, [fm.Constant(True), *map(fm.Taken, conflict.options)]),
                withdrawal=tuple(some(draw, signed, least=0)) if draw(st.booleans()) else None,
                revocable=pick(draw, (None, True, False)),
            )
        )
    return replace(conflict, claims=tuple(claims), agreements=tuple(agreements))


@settings(max_examples=15)
@given(claiming())
def test_drawn_claims_are_written_and_read_again(conflict: Conflict) -> None:
    _again(conflict)


def test_a_party_called_moves_is_not_confused_with_moves() -> None:
    text = MODEL.replace("others:", "moves:")
    conflict = loads(text + "claims: {c: {says: so, reachable: {that: war, by: [moves]}}}\n")
    assert conflict.claims[0].check == cl.Reaches(WAR, by=("moves",))
    try:
        written = to_yaml(conflict)
    except CannotSayError as error:
        assert "claims.c" in str(error)  # noqa: PT017
    else:
        assert loads(written) == conflict


# -- refused --------------------------------------------------------------------------------------------------------

LINE = MODEL.count("\n") + 1

# what stands under claims: or agreements:, "line:column" counted from there, words
WRONG = [
    ("claims:\n  c: {says: so, can_hold: wor}", "1:27", "did you mean 'war'"),
    ("claims:\n  c: {says: so, cannot_hold: us.stay}", "1:30", "'us' has no option 'stay'"),
    ("claims:\n  c:\n    says: so\n    reachable:\n      that: war\n      from: clam", "5:13", "did you mean 'calm'"),
    ("claims:\n  c: {says: so, stable: {that: war, for: thm}}", "1:42", "did you mean 'them'"),
    ("claims:\n  c: {says: so, stable: {that: war, for: sky}}", "1:42", "sky"),
    ("claims:\n  c: {says: so, prefers: {who: sky, this: war, to: calm}}", "1:32", "sky"),
    ("claims:\n  c: {says: so, blocked: {that: war, by: [us, sky]}}", "1:47", "sky"),
    ("claims:\n  c: {says: so, improves: {who: blok, to: war}}", "1:33", "blok"),
    ("claims:\n  c: {says: so, reachable: {that: war, by: improvement}}", "1:44", "improvement"),
    ("claims:\n  c: {says: so, can_hold: war, under: {readings: tacticl}}", "1:50", "unknown reading 'tacticl'"),
    ("claims:\n  c: {says: so, changes: {that: war, between: [tactical, later]}}", "1:58", "unknown reading 'later'"),
    ("claims:\n  c: {says: so, changes: {that: war, between: [tactical]}}", "1:47", ""),
    ("claims:\n  c: {says: so, can_hold: war, blocked: {that: war, by: us}}", "1:3", "2 checks: can_hold, blocked"),
    ("claims:\n  c: {says: so}", "1:3", "a claim with no check; expected exactly one of can_hold"),
    ("claims:\n  c: {says: so, can_hold: war, undr: {concepts: seq}}", "1:32", "did you mean 'under'"),
    ("claims:\n  c: {says: so, reachable: {that: war, steps: joint, by: us}}", "1:58", "'by' and joint steps at once"),
    ("claims:\n  c: {can_hold: war}", "1:3", "says"),
    ("claims:\n  c: {says: so, durability: {that: war, is: forever}}", "1:45", "lasting"),
    ("claims:\n  c: {says: so, avoidable: {that: war}}", "1:17", "by"),
    ("claims:\n  c: {says: so, avoidable: war}", "1:28", ""),
    ("claims:\n  c: {says: so, reachable: [war]}", "1:28", "expected text or a mapping"),
    ("agreements:\n  p: {parties: [us], in_force: calm}", "1:16", "an agreement of fewer than two"),
    ("agreements:\n  p: {parties: [us, us], in_force: calm}", "1:16", "an agreement of fewer than two"),
    ("agreements:\n  p: {parties: [us, them, sky], in_force: calm}", "1:27", "'sky' is nature"),
    ("agreements:\n  p: {parties: [us, them, thm], in_force: calm}", "1:27", "did you mean 'them'"),
    (
        "agreements:\n  p: {parties: [us, them], in_force: calm, withdrawal: others}",
        "1:56",
        "'others' is no party to it; expected of us, them",
    ),
    ("agreements:\n  p: {parties: [us, them], in_force: clam}", "1:38", "did you mean 'calm'"),
    ("agreements:\n  p: {parties: [us, them]}", "1:3", "in_force"),
]  # fmt: skip


@pytest.mark.parametrize(("added", "place", "words"), WRONG, ids=[added.splitlines()[1] for added, _, _ in WRONG])
def test_what_is_wrong_is_said_at_its_place(added: str, place: str, words: str) -> None:
    with pytest.raises(ModelError) as caught:
        loads(MODEL + added + "\n")
    (problem,) = caught.value.diagnostics
    assert words in problem.sentence()
    assert problem.mark is not None
    assert f"{problem.mark.line - LINE}:{problem.mark.column}" == place, problem.sentence()


def test_every_wrong_claim_is_reported_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        loads(MODEL + "claims:\n  a: {says: x}\n  b: {says: y, can_hold: wor}\n  c: {says: z, can_hold: war}\n")
    assert len(caught.value.diagnostics) == 2


@pytest.mark.parametrize(
    "added", ["claims: {c: {says: so, can_hld: war}}", "agreements: {p: {parties: [us, sky], in_force: calm}}"]
)
def test_one_mistake_has_one_message(added: str) -> None:
    with pytest.raises(ModelError) as caught:
        loads(MODEL + added)
    assert len(caught.value.diagnostics) == 1


@pytest.mark.parametrize(
    "added", ["claims: {c: {says: so, can_hold: always}}", "agreements: {c: {parties: [a, b], in_force: always}}"]
)
def test_gmcr_files_have_no_claims(added: str) -> None:
    text = "decision_makers: {a: {options: [x], preferences: [a.x]}, b: {options: [y], preferences: [b.y]}}\n"
    plain = convert(loads(text), "gmcr")
    with pytest.raises(CannotSayError, match=f"{added.split(':')[0]}: c"):
        convert(loads(text + added), "gmcr")
    assert convert(loads(text + added), "gmcr", lossy=True) == plain


def test_what_is_read_says_where_it_stands() -> None:
    conflict = loads(
        MODEL + "claims:\n  c: {says: so, can_hold: war}\nagreements:\n  p: {parties: [us, them], in_force: war}"
    )
    (claim,), (pact,) = conflict.claims, conflict.agreements
    assert claim.where is not None
    assert pact.where is not None
    assert (claim.where.line, claim.where.column) == (LINE + 1, 3)
    assert (pact.where.line, pact.where.column) == (LINE + 3, 3)
    assert isinstance(claim, el.Element)
    assert set(STRONGEST_FIRST) | {"shifting"} == set(get_args(cl.Durability))


# -- the command ----------------------------------------------------------------------------------------------------

CRISIS = """
title: Arms
decision_makers:
  a: {options: [arm], preferences: [{id: fear, that: not b.arm}, {id: own, that: a.arm}]}
  b: {options: [arm], preferences: [{id: fear, that: not a.arm}, {id: own, that: b.arm}]}
outcomes: {peace: not a.arm and not b.arm, race: a.arm and b.arm}
status_quo: []
claims:
  race: {says: The race goes on., source: p. 7, can_hold: race, under: {concepts: nash}}
  nopeace: {says: "Peace cannot hold.", cannot_hold: peace, under: {concepts: nash}}
"""
FALSE = CRISIS + "  wrong: {says: It can., can_hold: peace, under: {concepts: [nash, seq]}}\n"


def asked(*arguments: str, text: str) -> tuple[int, str]:
    """Run the command in this process; return its status and what it writes."""
    done = CliRunner().invoke(app, ["check", "-", *arguments], input=text)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout


def test_check_answers_with_its_status() -> None:
    status, table = asked(text=CRISIS)
    assert status == 0
    assert "✓ holds" in table
    done = run("check", "-", text=FALSE)
    assert (done.returncode, done.stderr) == (1, "")
    assert "◐ partly" in done.stdout
    assert "2 holds, 1 partly" in done.stdout
    status, table = asked("--claim", "race,nopeace", text=FALSE)
    assert status == 0
    assert "wrong" not in table
    assert asked("--claim", "race", "--claim", "wrong", text=FALSE)[0] == 1


def test_check_refuses_bad_input_with_status_2() -> None:
    assert bad("check", "-", "--claim", "rase", text=FALSE).startswith("detente: unknown claim 'rase'; did you mean")
    assert "<stdin>:9:59: " in bad("check", "-", text=CRISIS.replace("can_hold: race", "can_hold: rase"))
    assert "makes no claims" in bad("check", "chicken")


def test_check_in_json_and_csv() -> None:
    status, written = asked("--format", "json", text=CRISIS)
    assert status == 0
    first, _ = json.loads(written)["claims"]
    assert list(first)[:5] == ["id", "says", "source", "verdict", "vacuous"]
    assert (first["id"], first["says"], first["source"]) == ("race", "The race goes on.", "p. 7")
    assert (first["verdict"], first["vacuous"]) == ("holds", False)
    (case,) = first["detail"]["cases"]
    assert case == {
        "reading": "default", "concept": "nash", "holds": True, "states": 1, "equilibria": 1, "state": 4,
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(asked("--format", "csv", text=CRISIS)[1])))
    assert [(row["claim"], row["verdict"], row["concept"]) for row in rows] == [
        ("race", "holds", "nash"), ("nopeace", "holds", "nash"),
    ]  # fmt: skip


def test_check_why() -> None:
    status, table = asked("--why", text=CRISIS)
    assert status == 0
    assert "needs: without it alone" in table
    assert "Ends together: a.own, b.own." in table
    status, written = asked("--why", "--sets", "2", "--format", "json", text=FALSE)
    assert status == 1
    claims = {claim["id"]: claim for claim in json.loads(written)["claims"]}
    assert {"id", "says", "source", "verdict", "vacuous", "detail", "needs", "breaking_sets"} <= set(claims["race"])
    assert claims["nopeace"]["breaking_sets"] == [["a.own", "b.own"]]
    assert (claims["nopeace"]["needs"], claims["race"]["needs"]) == ([], [])
    assert (claims["wrong"]["needs"], claims["wrong"]["breaking_sets"]) == ([], [])
    rows = list(csv.DictReader(io.StringIO(asked("--why", "--format", "csv", text=CRISIS)[1])))
    assert {(row["claim"], row["premise"]) for row in rows} == {
        (claim, premise) for claim in ("race", "nopeace") for premise in ("a.fear", "a.own", "b.fear", "b.own")
    }
