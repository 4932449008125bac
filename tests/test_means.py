"""Many theatres, one purse: against a literal reading, on worked examples, and as a command."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente import loads
from detente.analysis import purse as purse_module
from detente.analysis.means import Means, means
from detente.analysis.purse import Purse, fits
from detente.conflict import elements as el
from detente.conflict.conflict import Conflict
from detente.errors import UsageError
from detente.library.index import library
from tests.command import bad, good
from tests.draws import pick, some
from tests.literal_means import LiteralMeans
from tests.oracle import LiteralModel
from tests.strategies import merged_conflicts, option_conflicts

PURSE = """
title: One purse
decision_makers:
  us:
    name: Us
    options:
      east: {name: East, values: {none: 0, some: 2, full: 5}}
      south: {name: South, values: {none: 0, some: 2}}
      home: {name: Home}
      tax: {name: Tax, irreversible: forward}
    preferences: [us.home, us.south]
  ally:
    name: Ally
    options: {march: {name: March, values: {no: 0, half: 1.5, whole: 3}}}
    preferences: [ally.march = whole, not us.tax]
infeasible: [us.home and ally.march = half]
limits:
  purse: {sum: {us.east: 1, us.south: 1, us.home: 1, ally.march: 1, us.tax: -1}, at_most: 5, across: yes}
  presence: {sum: {us.east: 1, us.south: 1.5}, at_least: 2}
status_quo: {us.east: full}
"""


def with_limits(draw: st.DrawFn, conflict: Conflict) -> Conflict:
    """Add limits that leave out no state, so that the preferences still fit: bounds as tight as the states allow."""
    model = LiteralModel(conflict)
    added = []
    for k in range(draw(st.integers(1, 2))):
        terms = [
            (name, pick(draw, (Fraction(1), Fraction(2), Fraction(-1, 2)))) for name in some(draw, model.names, most=4)
        ]
        sums = [
            sum(
                (w * model.options[i].values[p[i]].number for n, w in terms for i in [model.names.index(n)]),
                Fraction(0),
            )
            for s in model.states
            for p in model.members(s)
        ]
        form = pick(draw, ("most", "least", "both"))
        limit = el.Limit(
            id=f"added{k}",
            terms=tuple(terms),
            at_most=None if form == "least" else max(sums),
            at_least=None if form == "most" else min(sums),
            across=True,
        )
        added.append(limit)
    return replace(conflict, limits=(*conflict.limits, *added))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(option_conflicts(), merged_conflicts()), st.data())
def test_everything_agrees_with_a_literal_reading(conflict: Conflict, data: st.DataObject) -> None:
    if not conflict.options:
        return
    conflict = with_limits(data.draw, conflict)  # type: ignore[arg-type]
    models = {reading.id: LiteralModel(conflict, reading.id) for reading in conflict.readings}
    model = next(iter(models.values()))
    for s in model.states:
        limits = [
            limit
            for limit in conflict.limits
            if all(model.options_at(s)[option] is not None for option, _ in limit.terms)
        ]
        if not limits:
            with pytest.raises(UsageError, match="merges states that differ in"):
                means(conflict, state=s)
            continue
        found = means(conflict, state=s, limits=[limit.id for limit in limits]).to_dict()
        assert [item["id"] for item in found["limits"]] == [limit.id for limit in limits]
        for limit, item in zip(limits, found["limits"], strict=True):
            agree(LiteralMeans(models, limit, s), item)


def agree(literal: LiteralMeans, item: dict) -> None:  # type: ignore[type-arg]
    """Hold one limit of the answer against the literal reading of it."""
    conflict, limit = literal.model.conflict, literal.limit
    total = literal.total(literal.here)
    assert item["sum"] == total
    assert item["left"] == (None if limit.at_most is None else limit.at_most - total)
    assert item["spare"] == (None if limit.at_least is None else total - limit.at_least)

    def position(option: str, value: str) -> int:
        return conflict.options[option].position(value)

    by_stop = {(stop["option"], position(stop["option"], stop["to"])): stop for stop in item["stops"]}
    assert len(by_stop) == len(item["stops"])
    assert set(by_stop) == set(literal.stops())
    for (option, k), stop in by_stop.items():
        after = {**literal.here, option: k}
        assert stop["freed"] == total - literal.total(after)
        assert stop["kept"] == literal.kept(after)
        alone, ended = literal.change(literal.s, literal.start, {option: k})
        assert same(stop["change"], alone)
        listed = {
            (use["kind"], frozenset((o, position(o, v)) for o, v in use["set"].items()), use["outer"])
            for use in stop["uses"]
        }
        assert len(listed) == len(stop["uses"])
        assert listed == literal.fits(option, k)
        assert stop["complete"]
        for use in stop["uses"]:
            changes = {o: position(o, v) for o, v in use["set"].items()}
            assert use["takes"] == literal.total({**after, **changes}) - literal.total(after)
            assert same(use["at_once"], literal.change(literal.s, literal.start, {option: k, **changes})[0])
            if ended is None:
                assert use["then"] is None
            else:
                assert same(use["then"], literal.change(alone["to"], ended, changes)[0])
        others = [other for other in conflict.limits if other.id != limit.id and option in dict(other.terms)]
        number = {o: conflict.options[o].values for o in (option,)}[option]
        fewer = number[literal.here[option]].number - number[k].number
        assert stop["elsewhere"] == {o.id: sum(w for n, w in o.terms if n == option) * fewer for o in others}


@settings(max_examples=125, deadline=None)
@given(st.data())
def test_what_fits_agrees_with_trying_everything(data: st.DataObject) -> None:
    """The arithmetic alone, with bounds that bind more often than those of whole models."""
    numbers = data.draw(st.lists(st.lists(st.integers(-2, 4), min_size=2, max_size=3), min_size=2, max_size=4))
    options = tuple(
        el.Option(id=f"o{k}", values=tuple(el.Value(f"v{i}", Fraction(n)) for i, n in enumerate(row)))
        for k, row in enumerate(numbers)
    )
    conflict = Conflict(title="one", decision_makers=(el.DecisionMaker(id="us", options=options),))
    model = LiteralModel(conflict)
    terms = tuple(
        (name, data.draw(st.sampled_from([Fraction(1), Fraction(-1), Fraction(1, 2)]))) for name in model.names
    )
    s = data.draw(st.sampled_from(model.states))
    bare = LiteralMeans({"default": model}, el.Limit(id="m", terms=terms), s)
    most, least = (data.draw(st.none() | st.integers(0, 4)) for _ in range(2))
    limit = el.Limit(
        id="m",
        terms=terms,
        at_most=None if most is None else bare.total(bare.here) + most,
        at_least=None if least is None else bare.total(bare.here) - least,
    )
    literal = LiteralMeans({"default": model}, limit, s)
    values = {name: conflict.options[name].values[k].id for name, k in literal.here.items()}
    before = Purse(limit, values, conflict)
    for option, k in literal.stops():
        after = before.with_values(((option, conflict.options[option].values[k].id),))
        found, complete = fits(before, after, option)
        listed = {
            (fit.kind, frozenset((o, conflict.options[o].position(v)) for o, v in fit.sets), fit.outer) for fit in found
        }
        assert complete
        assert len(found) == len(listed)
        assert listed == literal.fits(option, k)


def same(found: dict, expected: dict) -> bool:  # type: ignore[type-arg]
    """Return whether a change is the one expected; where it is not possible, some premise is named."""
    assert bool(found["against"]) == (found["to"] is None)
    return all(found[key] == value for key, value in expected.items())


# -- worked examples ------------------------------------------------------------------------------------------------


def stops(found: Means, limit: str) -> dict[tuple[str, str], dict]:  # type: ignore[type-arg]
    (item,) = [item for item in found.to_dict()["limits"] if item["id"] == limit]
    return {(stop["option"], stop["to"]): stop for stop in item["stops"]}


def test_the_purse_of_the_essay() -> None:
    """What no longer goes to Ukraine pays for the Pacific; the other fronts alone do not."""
    found = stops(means(library("peace_delusion")), "one_purse")
    assert list(found) == [("president.aid", "none"), ("president.aid", "sold"), ("president.fronts", "kept")]
    assert [stop["freed"] for stop in found.values()] == [2, 2, 1]
    for value in ("none", "sold"):
        (use,) = found["president.aid", value]["uses"]
        assert use["set"] == {"president.pacific": "built_up"}
        assert all(use["then"]["wanted"].values())
        assert all(use["at_once"]["wanted"].values())
    assert found["president.fronts", "kept"]["uses"] == []
    aid = found["president.aid", "sold"]["change"]["wanted"]
    assert {reading for reading, yes in aid.items() if yes} == {"essay", "tactical"}


def test_several_owners_limits_and_bounds() -> None:
    conflict = loads(PURSE)
    found = stops(means(conflict), "purse")
    assert list(found) == [("us.east", "none"), ("us.tax", "yes")]
    east = found["us.east", "none"]
    assert (east["freed"], east["left"], east["elsewhere"]) == (5, 5, {"presence": 5})
    assert east["change"]["against"] == ["presence"]
    outer = [use["set"] for use in east["uses"] if use["outer"]]
    assert outer == [
        {"us.south": "some", "us.home": "yes", "ally.march": "half"},
        {"us.south": "some", "ally.march": "whole"},
        {"us.home": "yes", "ally.march": "whole"},
    ]
    both = next(use["at_once"] for use in east["uses"] if use["set"] == outer[1])
    assert (both["by"], both["legal"], both["wanted"]) == (["us", "ally"], True, {"default": True})
    tax = found["us.tax", "yes"]
    assert (tax["freed"], [use["set"] for use in tax["uses"]]) == (1, [{"us.home": "yes"}])
    owed = stops(means(conflict), "presence")["us.east", "none"]
    assert (owed["kept"], owed["spare"], owed["left"]) == (False, -2, None)
    (repair,) = owed["uses"]
    assert (repair["kind"], repair["set"], repair["then"]) == ("repair", {"us.south": "some"}, None)


def test_what_takes_the_least_has_nothing_to_free() -> None:
    found = means(loads(PURSE), stops=["us.south", "ally.march"])
    assert [(item.limit.id, item.idle, item.stops) for item in found.limits] == [
        ("purse", ("us.south", "ally.march"), ()),
        ("presence", ("us.south",), ()),
    ]


def test_a_stop_that_the_owner_cannot_make() -> None:
    """A tax, once there, stays: dropping it is a state and no move."""
    text = PURSE.replace("us.tax: -1", "us.tax: 1").replace("{us.east: full}", "{us.east: some, us.tax: yes}")
    tax = stops(means(loads(text)), "purse")["us.tax", "no"]["change"]
    assert (tax["to"] is not None, tax["legal"], tax["wanted"], tax["against"]) == (True, False, {}, [])


def test_many_combinations_are_bounded_with_a_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"o{k}" for k in range(6)]
    text = (
        "decision_makers: {us: {options: {big: {values: {none: 0, all: 3}}, "
        + ", ".join(f"{name}: " for name in names)
        + "}}}\nlimits: {purse: {sum: [us.big, "
        + ", ".join(f"us.{name}" for name in names)
        + "], at_most: 3}}\nstatus_quo: {us.big: all}"
    )
    conflict = loads(text)
    (stop,) = means(conflict).limits[0].stops
    assert (len(stop.uses), sum(use.fit.outer for use in stop.uses), stop.complete) == (26, 20, True)
    monkeypatch.setattr(purse_module, "MOST_LISTED", 4)
    found = means(conflict)
    assert (sum(use.fit.outer for use in found.limits[0].stops[0].uses), found.complete) == (4, False)
    monkeypatch.setattr(purse_module, "MOST_LISTED", 200)
    monkeypatch.setattr(purse_module, "MOST_STEPS", 3)
    assert not means(conflict).complete


def test_what_does_not_exist_is_refused() -> None:
    conflict = loads(PURSE)
    for more, words in [
        ({"limits": ["prse"]}, "unknown limit 'prse'; did you mean 'purse'"),
        ({"stops": ["us.est"]}, "there is no option 'us.est'; did you mean 'us.east'"),
        ({"stops": ["us.home"], "limits": ["presence"]}, "us.home draws on none of these limits"),
        ({"state": "99"}, "there is no state '99'"),
    ]:
        with pytest.raises(UsageError, match=words):
            means(conflict, **more)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no status quo"):
        means(replace(conflict, status_quo=None))
    with pytest.raises(UsageError, match="no 'limits:'"):
        means(library("chicken"))


# -- the command ----------------------------------------------------------------------------------------------------


def test_the_command() -> None:
    table = good("means", "-", "--stop", "us.east", text=PURSE)
    for words in [
        "Us: “East” from full to none frees 5: at most 5, so 5 is left.",
        "The stop alone: not possible (presence).",
        "Us: “East” from full to none gives 5 less: at least 2, so 2 is missing.",
        "makes up for it",
        "● Us: South = some, Ally: March = whole",
    ]:
        assert words in table
    data = json.loads(good("means", "-", "--limit", "presence", "--format", "json", text=PURSE))
    assert [item["id"] for item in data["limits"]] == ["presence"]
    rows = good("means", "-", "--format", "csv", text=PURSE).splitlines()
    assert rows[0].startswith("limit,option,from,to,freed,left,spare,by,state,legal,wanted,kind,sets,takes,outer,")
    assert len(rows) == 1 + 7 + 1 + 1
    assert "no 'limits:'" in bad("means", "chicken")


def test_hostile_labels_are_shown_as_they_are() -> None:
    text = PURSE.replace("name: East", 'name: "[bold]\\u001b[31mEast"').replace("name: Us", 'name: "[/]Us"')
    table = good("means", "-", text=text)
    assert "[bold]\\x1b[31mEast" in table
    assert "\x1b" not in table
