"""Views in a model file: what is read, what is written, what is refused; and examples worked out by hand."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from typer.testing import CliRunner

from detente.analysis.compare import compare, side
from detente.analysis.hypergame import Hypergame, hypergame
from detente.analysis.validate import validate
from detente.cli.main import app
from detente.conflict.conflict import Conflict
from detente.conflict.variant import without
from detente.conflict.views import view_premises
from detente.errors import CannotSayError, ModelError, UsageError
from detente.graph.graph import Graph
from detente.language.load import loads
from detente.language.write import convert, to_json, to_yaml
from tests.round_trips import said
from tests.strategies import option_conflicts
from tests.test_views import _with_view

PARTIES = """
title: T
decision_makers:
  one: {options: [help], preferences: [two.help, not one.help]}
  two: {options: [help], statements: {T1: one.help}, preferences: [T1, not two.help]}
outcomes: {both: one.help and two.help, other: not both}
classes: [both, other]
"""


def seen(views: str, parties: str = PARTIES, **more: object) -> Hypergame:
    """Return the hypergame of two parties with these views."""
    return hypergame(loads(parties + views), concepts=["nash", "seq"], **more)  # type: ignore[arg-type]


class TestPrisonersDilemma:
    """States: 1 nobody helps, 2 one alone does, 3 two alone does, 4 both help. One thinks that two is nice."""

    @pytest.fixture
    def found(self) -> Hypergame:
        return seen("views: {one: {sees: {two: {statements: {not two.help: two.help}}}}}")

    def test_what_one_believes(self, found: Hypergame) -> None:
        # In one's eyes two helps whatever happens, so that 3 alone is an equilibrium: it takes and two gives.
        assert found.illusions("one", "nash") == [3]
        assert found.surprises("one", "nash") == [1]

    def test_what_holds(self, found: Hypergame) -> None:
        # Not helping is best for both whatever they think of the other.
        assert found.hyper_equilibria("nash") == [1]

    def test_what_it_would_learn(self, found: Hypergame) -> None:
        (item,) = [item for item in found.corrections if item.concept == "nash"]
        assert item.premise == "one sees two"
        assert item.gone["illusions"].tolist() == [2]
        assert item.gone["surprises"].tolist() == [0]
        assert not len(item.gone["hyper_equilibria"])

    def test_dropping_the_view_is_seeing_the_truth(self, found: Hypergame) -> None:
        assert without(found.conflict, ["one sees two"]).views == ()


def test_chicken_with_an_unknown_option() -> None:
    """Each driver may swerve, and B may stop. A does not know that: for A a stop is B driving on."""
    found = seen(
        "views: {a: {unknown_options: [b.stop]}}",
        """
title: T
decision_makers:
  a: {options: [swerve], preferences: [b.swerve, a.swerve xor b.swerve]}
  b: {options: [swerve, stop], preferences: [a.swerve, b.stop, a.swerve xor b.swerve]}
infeasible: [b.swerve and b.stop]
""",
    )
    # True states: 1 nothing, 2 a swerves, 3 b swerves, 4 both swerve, 5 b stops, 6 a swerves and b stops.
    # B is best off in 6 and then in 2 or 4, so that it always stops; A swerves then.
    assert found.graph.describe(5) == "a.swerve, b.stop"
    assert [found.graph.describe(s - 1) for s in found.hyper_equilibria("nash")] == ["a.swerve, b.stop"]
    assert found.sights["a"].image.tolist() == [0, 1, 2, 3, 0, 1]
    # A sees states 2 and 6 as one, its own equilibrium; 2 is none, as B would stop. So is 3, where B swerves.
    assert found.illusions("a", "nash") == [2, 3]
    assert found.surprises("a", "nash") == []
    assert found.illusions("a", "nash")[0].options["b.stop"] is False


def test_a_forgotten_third_party() -> None:
    """The umpire would undo what one does. One leaves it out, and so does what is undone."""
    parties = """
title: T
decision_makers:
  one: {options: [grab], preferences: [one.grab]}
  two: {options: [yield], preferences: [two.yield iff one.grab]}
  umpire: {options: [call], preferences: [umpire.call iff one.grab, not umpire.call]}
"""
    found = seen("views: {one: {forgets: [umpire]}}", parties)
    assert found.sights["one"].conflict.options.keys() == {"one.grab", "two.yield"}
    assert found.equilibria["nash"].tolist() == found.hyper["nash"].tolist()
    grabs = [s for s in found.illusions("one", "nash") if s.options["one.grab"]]
    assert [s.options for s in grabs] == [{"one.grab": True, "two.yield": True, "umpire.call": False}]
    # Its own wishes must not depend on whom it forgets.
    with pytest.raises(ModelError, match="are one in the view of one, but its own preferences tell them apart"):
        seen("views: {one: {forgets: [umpire]}}", parties.replace("[one.grab]", "[one.grab and not umpire.call]"))


def test_an_imagined_threat_deters() -> None:
    """One would not grab if two could strike, and it believes that two can and would."""
    found = seen(
        """
views:
  one:
    imagined_options: {two: {strike: Strike back}}
    wants: [not two.strike]
    sees: {two: {wants: [two.strike iff one.grab]}}
""",
        """
title: T
decision_makers:
  one: {options: [grab], preferences: [one.grab]}
  two: {options: [wave], preferences: [two.wave]}
""",
    )
    waves = 3  # nothing, one grabs, two waves, both
    assert found.hyper_equilibria("nash") == [4]
    assert found.hyper_equilibria("seq") == [waves, 4]  # deterred by what is not there
    assert found.equilibria["seq"].tolist() == [False, False, False, True]
    assert found.surprises("one", "seq") == [4]
    gone = {
        item.premise: (item.gone["hyper_equilibria"] + 1).tolist()
        for item in found.corrections
        if item.concept == "seq"
    }
    assert gone == {"one sees two": [waves], "one imagines two.strike": [waves], "": [waves]}


def test_an_impossible_state_is_not_perceived() -> None:
    found = seen("views: {one: {impossible: [{id: never_both, that: both}]}}")
    assert found.unperceived("one") == [4]
    assert found.sights["one"].image.tolist() == [0, 1, 2, -1]
    assert 4 not in found.hyper_equilibria("seq")
    assert found.surprises("one", "seq") == [4]
    assert "does not even perceive" not in str(found)


def test_an_observer_decides_nothing() -> None:
    found = seen(
        """
observers: {public: The public}
views: {public: {sees: {two: {drop: [T1, not two.help], wants: [two.help]}, one: {drop: [not one.help]}}}}
"""
    )
    assert found.hyper["nash"].tolist() == found.equilibria["nash"].tolist()
    assert found.illusions("public", "nash") == [3, 4]
    assert found.to_dict()["viewers"]["public"]["decides"] is False
    assert "hyper_equilibria" not in found.corrections[0].gone


def test_a_lens_is_seen_under_every_reading() -> None:
    parties = """
title: T
decision_makers:
  one: {options: [x], preferences: [one.x]}
  two: {options: [y], lenses: {a: [two.y], b: [not two.y]}}
"""
    for reading, wrong in (("a", [4]), ("b", [])):
        found = seen("views: {one: {sees: {two: {lens: b}}}}", parties, reading=reading)
        assert found.surprises("one", "nash") == wrong
        assert found.sights["one"].conflict.lens_choice(reading) == {"one": "default", "two": "b"}


def test_a_perceived_game_is_a_conflict_like_any_other() -> None:
    found = seen(
        """
status_quo: [two.help]
views: {one: {unknown_options: [two.help], imagined_options: {two: [sing]}}}
""",
        PARTIES.replace("[two.help, not one.help]", "[not one.help]"),
    )
    conflict = found.sights["one"].conflict
    assert loads(to_yaml(conflict)) == conflict
    assert list(conflict.options) == ["one.help", "two.sing"]
    assert Graph(conflict).status_quo == 0


def test_state_numbers_are_carried_over() -> None:
    parties = PARTIES.replace("[T1, not two.help]", "{ranking: [2, 4, 1, 3]}")
    found = seen("views: {one: {imagined_options: {two: [sing]}}}", parties)
    ranks = found.sights["one"].graph.ranks("two", "default")
    assert ranks.tolist() == [2, 4, 1, 3] * 2


def test_nobody_has_a_view() -> None:
    with pytest.raises(UsageError, match="write views under 'views:'"):
        hypergame(loads(PARTIES))
    found = seen("views: {one: {impossible: [both]}}")
    with pytest.raises(UsageError, match="'two' has no view; there are: one"):
        found.illusions("two", "nash")
    with pytest.raises(UsageError, match="'gmr' was not asked for"):
        found.hyper_equilibria("gmr")


# -- the language ---------------------------------------------------------------------------------------------------

FULL = (
    PARTIES.replace("outcomes:", "  sky: {kind: nature, options: [rain]}\noutcomes:")
    + """
observers: {public: {name: The public, because: It reads the papers.}}
views:
  one:
    because: It is new here.
    sees:
      two: {statements: {T1: not one.help}, drop: [not two.help], wants: [two.help], because: B, certainty: likely}
    imagined_options: {two: {sing: Sing, hum: {because: It hums.}}, one: [dance]}
    impossible:
      - two.sing and both
      - {id: quiet, that: not two.sing and both, source: modeller}
    wants: [one.dance, {that: two.sing or two.hum, certainty: possible}]
  public:
    unknown_options: {two.help: {because: It helps in secret., source: S}}
    forgets: [one]
"""
)


def test_views_are_written_and_read_again() -> None:
    conflict = loads(FULL)
    assert loads(to_yaml(conflict)) == conflict
    assert loads(to_json(conflict), kind="json") == conflict
    for premise in view_premises(conflict):
        after = without(conflict, [premise.id])
        assert loads(to_yaml(after)) == after


def test_identities_of_view_premises() -> None:
    assert [item.id for item in view_premises(loads(FULL))] == [
        "one sees two",
        "one imagines two.sing",
        "one imagines two.hum",
        "one imagines one.dance",
        "one thinks impossible: two.sing and both",
        "quiet",
        "one wants: one.dance",
        "one wants: two.sing or two.hum",
        "public does not know two.help",
        "public forgets one",
    ]


def test_what_is_imagined_goes_with_what_is_said_of_it() -> None:
    after = without(loads(FULL), ["one imagines two.sing", "one imagines one.dance"])
    assert [item.id for item in view_premises(after)][:4] == [
        "one sees two",
        "one imagines two.hum",
        "quiet",
        "one wants: never or two.hum",
    ] or "one wants: never or two.hum" in [item.id for item in view_premises(after)]
    assert loads(to_yaml(after)) == after


@given(option_conflicts().flatmap(lambda c: _drawn_views(c)))
@settings(max_examples=60)
def test_drawn_views_are_written_and_read_again(conflict: Conflict) -> None:
    assert loads(to_yaml(conflict)) == conflict


def _drawn_views(conflict: Conflict):  # type: ignore[no-untyped-def]
    from hypothesis import strategies as st

    @st.composite
    def drawn(draw: st.DrawFn) -> Conflict:
        return _with_view(draw, said(conflict), conflict.parties[0].id)

    return drawn().filter(lambda c: all(s.statements == () or True for v in c.views for s in v.sees))


def test_outsiders_may_have_views() -> None:
    found = seen("outsiders: {far: Far away}\nviews: {far: {sees: {one: {drop: [two.help]}}}}")
    assert not found.is_party("far")
    with pytest.raises(ModelError, match="'far' is an outsider, which can have a view without this"):
        loads(PARTIES + "outsiders: {far: }\nobservers: {far: }")


def test_models_that_differ_in_views() -> None:
    one = loads(PARTIES + "views: {one: {impossible: [both]}}")
    found = compare(side(one, "a", None, None), side(without(one, ["one thinks impossible: both"]), "b", None, None))
    assert [(item.id, item.b) for item in found.premises] == [("one thinks impossible: both", None)]


def test_a_table_without_rows() -> None:
    found = seen(
        "views: {a: {impossible: [never]}}",
        """
title: Nothing holds
decision_makers:
  a: {options: [x], preferences: [a.x iff b.y]}
  b: {options: [y], preferences: [a.x xor b.y]}
""",
    )
    table = found.to_frame()
    assert set(table[table["concept"] == "nash"]["number"]) == set()
    assert "illusion" in table


def test_gmcr_has_no_place_for_views() -> None:
    conflict = loads(PARTIES + "views: {one: {impossible: [both]}}")
    with pytest.raises(CannotSayError, match="views: one"):
        convert(conflict, "gmcr")
    assert "views" not in convert(conflict, "gmcr", lossy=True)


ERRORS = [
    ("views: {one: {sees: {one: {wants: [both]}}}}", "8:22", "'one' in its own view; expected another decision maker"),
    ("views: {one: {forgets: [one]}}", "8:25", "'one' in its own view"),
    ("views: {tow: {forgets: [one]}}", "8:9", "unknown viewer 'tow'", "did you mean 'two'?"),
    ("views: {one: {sees: {twa: {wants: [both]}}}}", "8:22", "unknown decision maker 'twa'", "did you mean 'two'?"),
    ("views: {one: {sees: {two: {lens: defalt}}}}", "8:34", "'two' has no lens 'defalt'", "did you mean 'default'?"),
    ("views: {one: {sees: {two: {drop: [T11]}}}}", "8:35", "'two' has no statement 'T11'", "did you mean 'T1'?"),
    ("views: {one: {sees: {two: {statements: {U: both}}}}}", "8:41", "'two' has no statement 'U'"),
    ("views: {one: {sees: {two: {}}}}", "8:27", "this says nothing of 'two'"),
    ("views: {one: {sees: {two: {drop: [T1], statements: {T1: both}}}}}", "8:35", "is replaced already"),
    ("views: {one: {unknown_options: [two.hlp]}}", "8:33", "unknown option 'two.hlp'", "did you mean 'two.help'?"),
    ("views: {one: {unknown_options: [two.help, two.help]}}", "8:43", "'two.help' stands twice"),
    ("views: {one: {imagined_options: {two: [help]}}}", "8:40", "'two' has the option 'help'"),
    ("views: {one: {imagined_options: {twa: [sing]}}}", "8:34", "unknown decision maker 'twa'"),
    ("views: {one: {imagined_options: {two: [sing]}, forgets: [two]}}", "8:34", "is forgotten and has imagined"),
    ("views: {one: {imagined_options: {two: [s]}, unknown_options: [two.s]}}", "8:63", "an option that 'one' imagines"),
    ("views: {one: {impossible: [two.hlp]}}", "8:28", "'two' has no option 'hlp'", "did you mean 'two.help'?"),
    ("views: {one: {impossible: [two.sing]}}", "8:28", "'two' has no option 'sing'"),
    ("views: {one: {impossible: [both], wants: [both]}}", "8:43", "this says nothing of an option that 'one' imagines"),
    ("views: {one: {forgets: [two], sees: {two: {wants: [both]}}}}", "8:38", "'two' is both seen and forgotten"),
    ("views: {one: {because: x}}", "8:9", "the view of 'one' says nothing"),
    ("views: {one: {sees_not: {}}}", "8:15", "unknown key 'sees_not'"),
    ("observers: {one: {}}", "8:13", "'one' is a decision maker; expected another name for an observer"),
    ("observers: {p: {}}\nviews: {p: {forgets: [one, two]}}", "9:13", "every party is left out"),
    ("observers: {p: {}}\nviews: {p: {imagined_options: {one: [x]}, wants: [one.x]}}", "9:43", "is an observer"),
    ("observers: {pub: {}}\nviews: {pup: {forgets: [one]}}", "9:9", "unknown viewer 'pup'", "did you mean 'pub'?"),
    (
        "views: {one: {impossible: {x: both}}, two: {impossible: {x: both}}}",
        "8:58",
        "two premises have the identity 'x'",
    ),
]


@pytest.mark.parametrize(("views", "place", "words"), [(e[0], e[1], e[2:]) for e in ERRORS])
def test_errors_have_a_place(views: str, place: str, words: tuple[str, ...]) -> None:
    with pytest.raises(ModelError) as caught:
        loads(PARTIES + views)
    (problem,) = caught.value.diagnostics
    assert problem.mark is not None
    assert f"{problem.mark.line}:{problem.mark.column}" == place
    assert all(word in problem.sentence() for word in words)


def test_listed_states_are_seen_otherwise_by_formulas_only() -> None:
    model = """
decision_makers: {a: {options: [x], preferences: {ranking: [t, s, u]}}, b: {preferences: {ranking: [s, u, t]}}}
states: {s: , t: [a.x], u: }
moves: {a: {s: t, u: s}, b: {t: s, s: u}}
views: {b: {impossible: [u]}}
"""
    found = hypergame(loads(model), concepts=["nash"])
    assert found.sights["b"].image.tolist() == [0, 1, -1]
    with pytest.raises(ModelError, match="'unknown_options' in a model whose states are listed"):
        loads(model.replace("{impossible: [u]}", "{unknown_options: [a.x]}"))


def test_a_perceived_game_without_states_is_refused() -> None:
    with pytest.raises(ModelError, match="in the view of one: no state is left"):
        seen("views: {one: {impossible: [always]}}")


def test_own_preferences_stay_ones_own() -> None:
    with pytest.raises(ModelError, match="states 1 and 3 are one in the view of one") as caught:
        seen("views: {one: {unknown_options: [two.help]}}")
    assert caught.value.diagnostics[0].mark is not None
    with pytest.raises(ModelError, match=r"one itself ranks states \d and . otherwise in its view than in truth"):
        seen("views: {one: {imagined_options: {two: [sing]}, wants: [two.sing or one.help]}}")


def test_validation_looks_at_every_view() -> None:
    with pytest.raises(ModelError, match="states 1 and 3 are one in the view of one"):
        validate(loads(PARTIES + "views: {one: {unknown_options: [two.help]}}"))
    assert validate(loads(PARTIES + "status_quo: []\nviews: {one: {impossible: [both]}}")).states == 4


def test_what_merged_states_are_in_a_view() -> None:
    parties = """
title: T
decision_makers: {one: {options: [x], preferences: [one.x]}, two: {options: [y, z], preferences: [two.y]}}
merge: {same: two.y and not one.x}
"""
    with pytest.raises(ModelError, match=r"in the view of one: state \d merges states that .* tells apart"):
        seen("views: {one: {sees: {two: {wants: [two.z]}}}}", parties)


# -- on the command line --------------------------------------------------------------------------------------------


@pytest.fixture
def model(tmp_path):  # type: ignore[no-untyped-def]
    path = tmp_path / "m.yaml"
    path.write_text(FULL.replace("one.dance, {", "{"), encoding="utf-8")
    return str(path)


def test_command(model: str) -> None:
    shown = CliRunner().invoke(app, ["views", model, "--concept", "nash,seq"])
    assert shown.exit_code == 0, shown.output
    for words in (
        "\nNash\n",
        "\nSequential stability (SEQ)\n",
        "The public",
        "hyper-equilibria",
        "illusions",
        "It leaves one out altogether",
    ):
        assert words in shown.output
    assert "both" in shown.output
    data = json.loads(CliRunner().invoke(app, ["views", model, "-c", "nash", "-f", "json"]).output)
    assert set(data["concepts"]) == {"nash"}
    table = CliRunner().invoke(app, ["views", model, "-c", "nash", "-f", "csv"]).output
    assert table.startswith("concept,viewer,number,one.help,two.help,sky.rain,both,other,perceived,equilibrium")


def test_long_lists_are_counted() -> None:
    options = ", ".join(f"o{k}" for k in range(5))
    text = f"""
title: T
decision_makers:
  one: {{options: [{options}]}}
  two: {{options: [x], preferences: [two.x]}}
views: {{one: {{sees: {{two: {{drop: [two.x]}}}}}}}}
"""
    from rich.console import Console

    from detente.report.views import views_view

    found = hypergame(loads(text), concepts=["nash"])
    for everything, wanted in ((False, "… and 20 more"), (True, "63 64")):
        console = Console(width=400, record=True, file=io.StringIO())
        for part in views_view(found, everything=everything):
            console.print(part)
        shown = console.export_text()
        assert wanted in shown
        assert ("more" in shown) is not everything
