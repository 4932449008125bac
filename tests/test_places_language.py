"""Claims in phases, in views and about sides, as text: read, written and read again, refused in their place."""

from __future__ import annotations

import pytest

from detente.analysis.claims import check
from detente.analysis.validate import validate
from detente.conflict import claims as cl
from detente.conflict import formula as fm
from detente.errors import ModelError
from detente.language.load import loads
from detente.language.write import to_json, to_yaml

MODEL = """
decision_makers:
  us: {options: [go, arm], lenses: {tactical: [us.go], strategic: [not us.go]}}
  them: {options: [hit], preferences: [them.hit]}
  sky: {kind: nature, options: [rain]}
observers: {public: The public}
outsiders: {china: China}
outcomes: {war: us.arm and them.hit}
views:
  us: {imagined_options: {them: {hide: Hide, bluff: Bluff}}}
  public: {imagined_options: {them: {hide: Conceal}}, impossible: [war]}
phases: {one: {from: 2025}, two: {reading: strategic}, tactical: {}}
"""
TIES = "relations: {tie: {between: [us, china], level: {2022: -0.5}}, other: {between: [us, them], level: -1}}\n"
LINE = (MODEL + TIES).count("\n") + 1
WAR = fm.Named("war")

# -- read, written, read again --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("can_hold: war, under: {phases: one}", {"check": cl.Holds(WAR), "phases": ("one",)}),
        ("can_hold: war, under: {phases: [two, one]}", {"check": cl.Holds(WAR), "phases": ("two", "one")}),
        ("can_hold: war, under: {views: [public]}", {"check": cl.Holds(WAR), "views": ("public",)}),
        (
            "can_hold: them.hide, under: {views: [us, public], phases: one, readings: strategic, concepts: nash}",
            {
                "check": cl.Holds(fm.Taken("them.hide")),
                "views": ("us", "public"),
                "phases": ("one",),
                "readings": ("strategic",),
                "concepts": ("nash",),
            },
        ),
        (
            "prefers: {who: us, this: them.bluff = no, to: them.bluff = yes}, under: {views: us}",
            {
                "check": cl.Prefers("us", fm.Compare("them.bluff", "=", "no"), fm.Compare("them.bluff", "=", "yes")),
                "views": ("us",),
            },
        ),
        (
            "changes: {that: war, between: [one, two]}",
            {"check": cl.Changes(WAR, ("one", "two"), phases=True)},
        ),
        (
            "unchanged: {that: war, between: [two, two]}, under: {views: public, readings: tactical}",
            {
                "check": cl.Changes(WAR, ("two", "two"), negated=True, phases=True),
                "views": ("public",),
                "readings": ("tactical",),
            },
        ),
        ("changes: {that: war, between: [tactical, strategic]}", {"check": cl.Changes(WAR, ("tactical", "strategic"))}),
        ("sides: {together: [us], against: china}", {"check": cl.Sides(("us",), ("china",))}),
        (
            "sides: {together: [us, them], against: [china], at: 2022-02}",
            {"check": cl.Sides(("us", "them"), ("china",), "2022-02")},
        ),
        ("sides: {together: [us, china], at: 2022}", {"check": cl.Sides(("us", "china"), at="2022")}),
    ],
)
def test_what_is_said_is_read_and_written(text: str, claim: dict[str, object]) -> None:
    conflict = loads(f"{MODEL}{TIES}claims: {{c: {{says: so, {text}}}}}\n")
    assert conflict.claims == (cl.Claim(id="c", says="so", **claim),)  # type: ignore[arg-type]
    assert loads(to_yaml(conflict)) == conflict
    assert loads(to_json(conflict), kind="json") == conflict


# -- refused --------------------------------------------------------------------------------------------------------

# what stands after "c: {says: so, ", column, words
WRONG = [
    ("can_hold: war, under: {phases: onee}", 48, "unknown phase 'onee'; expected one of one, two, tactical; did you"),
    ("can_hold: war, under: {phases: [one, tow]}", 54, "unknown phase 'tow'"),
    ("can_hold: war, under: {views: pubic}", 47, "unknown view 'pubic'; expected one of us, public; did you mean"),
    ("can_hold: war, under: {views: them}", 47, "unknown view 'them'; expected one of us, public"),
    ("can_hold: war, under: {views: china}", 47, "unknown view 'china'"),
    ("can_hold: war, under: {view: us}", 40, "unknown key 'view'; did you mean 'views'"),
    ("can_hold: them.bluff, under: {views: [us, public]}", 27, "'them' has no option 'bluff'"),
    ("can_hold: them.hide", 27, "'them' has no option 'hide'"),
    ("can_hold: war, under: {phases: []}", 48, ""),
    ("changes: {that: war, between: [one, strategic]}", 48, "'one' is a phase; expected two readings, or two phases"),
    ("changes: {that: war, between: [strategic, one]}", 59, "'one' is a phase; expected two readings, or two phases"),
    ("changes: {that: war, between: [one, twoo]}", 53, "unknown phase 'twoo'; expected one of one, two, tactical; did"),
    ("changes: {that: war, between: [tacticl, strategic]}", 48, "unknown reading 'tacticl'"),
    ("changes: {that: war, between: [nobody, nothing]}", 48, "unknown reading 'nobody'"),
    ("can_hold: war, under: {readings: [strategic, tacticl]}", 62, "unknown reading 'tacticl'"),
    ("changes: {that: war, between: [one, two]}, under: {phases: one}", 68, "'phases' where it is about two phases"),
    ("sides: {together: [us, chna]}", 40, "'chna' is neither a party nor an outsider; did you mean 'china'"),
    ("sides: {together: [us], against: [sky]}", 51, "'sky' is nature; expected a party, or an outsider"),
    ("sides: {together: [us], against: public}", 50, "'public' is neither a party nor an outsider"),
    ("sides: {together: [us]}", 24, "one alone is on no side; expected two or more under 'together', or 'against'"),
    ("sides: {together: [us, us]}", 17, "somebody is named twice"),
    ("sides: {together: [us], against: us}", 17, "somebody is named twice"),
    ("sides: {together: []}", 35, ""),
    ("sides: {together: [us, china], at: soon}", 52, ""),
    ("sides: {together: [us, china], at: 2022-13}", 52, ""),
    (
        "sides: {together: [us, china]}, under: {readings: tactical}",
        57,
        "'readings' where relations are the same under",
    ),
    ("sides: {together: [us, china]}, under: {views: us}", 57, "'views' where relations are the same under"),
    ("sides: {together: [us, china]}, under: {phases: one}", 57, "'phases' where relations are the same under"),
]


@pytest.mark.parametrize(("said", "column", "words"), WRONG, ids=[said for said, _, _ in WRONG])
def test_what_is_wrong_is_said_at_its_place(said: str, column: int, words: str) -> None:
    with pytest.raises(ModelError) as caught:
        loads(f"{MODEL}{TIES}claims:\n  c: {{says: so, {said}}}\n")
    problem = caught.value.diagnostics[0]
    assert words in problem.sentence()
    assert problem.mark is not None
    assert (problem.mark.line - LINE, problem.mark.column) == (1, column), problem.sentence()
    assert len(caught.value.diagnostics) == 1 + ("nothing" in said), caught.value.diagnostics


def test_changes_between_what_are_both() -> None:
    model = MODEL.replace("two: {reading: strategic}", "strategic: {}")
    with pytest.raises(ModelError) as caught:
        loads(model + "claims:\n  c: {says: so, changes: {that: war, between: [tactical, strategic]}}\n")
    (problem,) = caught.value.diagnostics
    assert "both readings and phases have these names" in problem.sentence()


@pytest.mark.parametrize(
    ("gone", "said", "words"),
    [
        ("relations", "sides: {together: [us, china]}", "the model states no relations"),
        ("phases", "can_hold: war, under: {phases: one}", "unknown phase 'one'; expected a phase; the model has none"),
        ("views", "can_hold: war, under: {views: us}", "unknown view 'us'; expected a view; the model has none"),
        ("phases", "changes: {that: war, between: [one, two]}", "unknown reading 'one'"),
    ],
)
def test_what_a_model_does_not_have_is_said(gone: str, said: str, words: str) -> None:
    lines = (MODEL + TIES).splitlines(keepends=True)
    kept = [
        line
        for line in lines
        if not line.startswith((f"{gone}:", *(("  us: {im", "  public:") if gone == "views" else ())))
    ]
    with pytest.raises(ModelError) as caught:
        loads(f"{''.join(kept)}claims:\n  c: {{says: so, {said}}}\n")
    problem = caught.value.diagnostics[0]
    assert words in problem.sentence()
    assert problem.mark is not None


# -- what cannot be asked -------------------------------------------------------------------------------------------


def test_validate_says_which_claims_cannot_be_asked() -> None:
    model = MODEL[: MODEL.index("views:")] + "views: {public: {forgets: [them]}}\n"
    claims = {
        "typo": ("can_hold: war, under: {concepts: [nash, sqe]}", "unknown concept 'sqe'; did you mean 'seq'?"),
        "gone": (
            "blocked: {that: war, by: [us, them]}, under: {views: public}",
            "in the view of The public there is no 'them', which it leaves out",
        ),
        "fine": ("stable: {that: war, for: us}, under: {views: public, concepts: sseq}", ""),
        "truth": ("stable: {that: war, for: them}", ""),
    }
    text = model + "claims:\n" + "".join(f"  {name}: {{says: so, {said}}}\n" for name, (said, _) in claims.items())
    conflict = loads(text)
    errors = {item.element: item for item in validate(conflict).warnings if item.level == "error"}
    assert set(errors) == {name for name, (_, words) in claims.items() if words}
    for name, item in errors.items():
        assert item.message.startswith(f"{name}: {claims[name][1]}")
        assert item.mark is not None
        assert text.splitlines()[item.mark.line - 1].startswith(f"  {name}:")
    for name, (_, words) in claims.items():
        if words:
            with pytest.raises(ModelError, match=f"{name}: "):
                check(conflict, claims=[name])
        else:
            assert check(conflict, claims=[name]).results
