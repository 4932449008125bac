"""Conflict → plain data in the model language, in short forms where the language has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from detente.conflict.choices import RuleKind, choice_id
from detente.conflict.elements import (
    Assignment,
    BlockedMove,
    Coalition,
    DecisionMaker,
    Force,
    Infeasibility,
    Irreversibility,
    Lens,
    Limit,
    ListedState,
    Merge,
    Option,
    Premise,
    Prioritised,
    Reading,
    Value,
)
from detente.conflict.formula import Constant
from detente.conflict.phase import Phase
from detente.conflict.purpose import Observed
from detente.language.claims import agreement_data, claim_data
from detente.language.phases import phase_data
from detente.language.purpose import move_data, observed_data
from detente.language.relations import outsider_data, relation_data
from detente.language.views import view_data
from detente.language.write_preferences import PreferenceWriter, described_data, kept, short_form
from detente.language.write_text import Pairs, Row


class DataWriter(PreferenceWriter):
    """Says one conflict in the model language. What no number of the language can say is added to ``problems``."""

    def document(self) -> dict[str, Any]:
        """Return the document, without readings where they follow from the lenses."""
        c = self.conflict
        stated = () if replace(c, readings=()).readings == c.readings else c.readings
        return kept(
            title=c.title,
            because=c.because,
            source=c.source,
            notes=c.notes,
            statements={key: self._declaration(s) for key, s in self.shared.items()} or None,
            decision_makers={dm.id: self._decision_maker(dm) for dm in c.decision_makers},
            **self._graph_form(),
            infeasible=self._rules("infeasible", self._infeasible),
            feasible=None if c.feasible is None else [self._taken(state) for state in c.feasible.states],
            limits=self._rules("limits", self._limit),
            forces=self._rules("forces", self._force),
            blocked_moves=self._rules("blocked_moves", self._blocked),
            merge={item.id: self._merge(item) for item in c.merge} or None,
            outcomes={o.id: short_form(described_data(o, that=o.that.text()), "that") for o in c.outcomes} or None,
            classes=Row(c.classes) or None,
            coalitions={item.id: _coalition(item) for item in c.coalitions} or None,
            nature=None if c.nature == "excluded" else c.nature,
            readings={item.id: self._reading(item) for item in stated} or None,
            agreements={item.id: described_data(item, **agreement_data(item)) for item in c.agreements} or None,
            outsiders={item.id: outsider_data(item) for item in c.outsiders} or None,
            relations={item.id: self._premise(item, **relation_data(item, self._number)) for item in c.relations}
            or None,
            phases={item.id: self._phase(item) for item in c.phases} or None,
            observed=None if c.observed is None else self._observed(c.observed),
            claims={item.id: described_data(item, **claim_data(item)) for item in c.claims} or None,
            observers={item.id: outsider_data(item) for item in c.observers} or None,
            views={item.id: described_data(item, **view_data(c, item, self._premise)) for item in c.views} or None,
            status_quo=self._taken(c.status_quo) if isinstance(c.status_quo, tuple) else c.status_quo,
        )

    def alternatives(self, changes: Mapping[tuple[str, int], dict[str, Any]]) -> dict[str, Any]:
        """Return what is open among parts of the model, with the changes of each alternative's data."""
        return {
            block.id: self._choice(
                block,
                block.id,
                [
                    "as written",
                    *(
                        described_data(item, changes=changes[block.id, k])
                        for k, item in enumerate(block.alternatives, 1)
                    ),
                ],
            )
            for block in self.conflict.alternatives
        }

    def _observed(self, observed: Observed) -> dict[str, Any]:
        taken = None if observed.start is None else self._taken(observed.start)
        moves = [described_data(move, **move_data(move)) for move in observed.moves]
        return described_data(observed, **observed_data(observed, taken, moves))

    def _phase(self, phase: Phase) -> dict[str, Any]:
        rules = [
            short_form(
                self._listed(item, f"infeasible in {phase.id}: {item.that.text()}", that=item.that.text()), "that"
            )
            for item in phase.infeasible
        ]
        taken = None if phase.status_quo is None else self._taken(phase.status_quo)
        return described_data(phase, **phase_data(phase, rules, taken))

    def _reading(self, reading: Reading) -> dict[str, Any]:
        """Return a reading; decision makers with one lens are left out where there are others."""
        several = {dm.id for dm in self.conflict.parties if len(dm.lenses) > 1}
        chosen = Pairs((dm, lens) for dm, lens in reading.lenses if dm in several or not several)
        full = described_data(reading, lenses=chosen)
        return chosen if set(full) == {"lenses"} else full

    # -- parts of elements ------------------------------------------------------------------------------------------

    def _listed(self, premise: Premise, automatic: str, **body: Any) -> dict[str, Any]:
        """Return a premise of a list, with its identity where that is not made from what it says."""
        identity = {} if premise.id == automatic else {"id": premise.id}
        return {**identity, **self._premise(premise, **body)}

    def _taken(self, state: Assignment) -> Row:
        """Return an assignment as the list of options taken."""
        options = self.conflict.options
        return Row(
            name if value == "yes" and name in options and options[name].binary else f"{name} = {value}"
            for name, value in state
        )

    # -- decision makers --------------------------------------------------------------------------------------------

    def _decision_maker(self, dm: DecisionMaker) -> dict[str, Any]:
        options = {option.id: self._option(dm, option) for option in dm.options}
        principles = self._principles(dm)
        lenses = {lens.id: self._lens(dm, lens) for lens in dm.lenses}
        one = dm.lenses[0] if dm.lens_names == ("default",) else None
        empty = Lens(id="default", preference=Prioritised(()))
        return kept(
            name=dm.name,
            kind=None if dm.kind == "party" else dm.kind,
            because=dm.because,
            source=dm.source,
            options=(Row(options) if all(body is None for body in options.values()) else options) or None,
            statements={s.id.removeprefix(f"{dm.id}."): self._declaration(s) for s in dm.statements} or None,
            principles=principles or None,
            preferences=None if one is None or one == empty else lenses[one.id],
            lenses=lenses if lenses and one is None else None,
            aims={aim.id: self._lens(dm, aim) for aim in dm.aims} or None,
            attitudes=Pairs(dm.attitudes) or None,
        )

    def _option(self, dm: DecisionMaker, option: Option) -> str | dict[str, Any] | None:
        body = kept(
            name=option.name,
            because=option.because,
            source=option.source,
            values=None if option.values == Option(id="").values else self._values(dm, option),
            irreversible=None if option.irreversible is None else self._irreversible(option.irreversible),
        )
        return body or None if set(body) != {"name"} else option.name

    def _values(self, dm: DecisionMaker, option: Option) -> Row | Pairs:
        full = f"{dm.id}.{option.id}"
        names = [value.id for value in option.values]
        digits = all(name.isascii() and name.isdigit() for name in names)
        numbers = map(int, names) if digits else range(len(names))
        listed = option.values == tuple(Value(name, Fraction(k)) for name, k in zip(names, numbers, strict=True))
        if listed and not any(("value", full, name) in self.ranges for name in names):
            return Row(int(name) if digits and str(int(name)) == name else name for name in names)
        return Pairs(
            (v.id, self._amount(v.number, f"value {v.id!r} of option {option.id!r}", ("value", full, v.id)))
            for v in option.values
        )

    def _irreversible(self, rule: Irreversibility) -> str | dict[str, Any]:
        if rule.direction == "listed":
            return self._premise(rule, changes=Row(Row(change) for change in rule.changes))
        body: str | dict[str, Any] = short_form(self._premise(rule, direction=rule.direction), "direction")
        return body

    # -- possibilities ----------------------------------------------------------------------------------------------

    def _rules(self, kind: RuleKind, say: Callable[[Any], Any]) -> list[Any] | None:
        """Return the rules of a list, those of a choice in the place of the first as written."""
        result, done = [], set()
        for rule in getattr(self.conflict, kind):
            choices = [c for c in self.conflict.rule_choices if c.kind == kind and rule in c.alternatives[0]]
            if not choices:
                result.append(say(rule))
            elif choices[0].id not in done:
                done.add(choices[0].id)
                parts = [[say(item) for item in part] for part in choices[0].alternatives]
                one_of = [part[0] if len(part) == 1 else part for part in parts]
                result.append(self._choice(choices[0], choice_id(choices[0]), one_of))
        return result or None

    def _infeasible(self, item: Infeasibility, automatic: str = "") -> Any:
        text = item.that.text()
        return short_form(self._listed(item, automatic or f"infeasible: {text}", that=text), "that")

    def _limit(self, limit: Limit) -> dict[str, Any]:
        what = f"limit {limit.id!r}"

        def bound(kind: str, number: Fraction | None) -> Any:
            return None if number is None else self._amount(number, f"the bound of {what}", (kind, limit.id))

        weights = [
            (name, self._amount(weight, f"the weight of {name!r} in {what}", ("sum", limit.id, name)))
            for name, weight in limit.terms
        ]
        return self._listed(
            limit,
            f"limit: {limit.says()}",
            sum=Row(name for name, _ in weights) if all(w == 1 for _, w in weights) else Pairs(weights),
            at_least=bound("at_least", limit.at_least),
            at_most=bound("at_most", limit.at_most),
            across="yes" if limit.across else None,
        )

    def _force(self, force: Force) -> dict[str, Any]:
        return self._listed(force, f"force: {force.says()}", when=force.when.text(), set=Pairs(force.sets))

    def _blocked(self, item: BlockedMove) -> dict[str, Any]:
        ends = {"from": item.from_, "to": item.to}
        said = {key: end.text() for key, end in ends.items() if end != Constant(True)}
        return self._listed(item, f"blocked: {item.says()}", by=item.by, **said)

    def _merge(self, merge: Merge) -> str | dict[str, Any]:
        member = {} if merge.as_ is None else {"as": self._taken(merge.as_)}
        body: str | dict[str, Any] = short_form(self._premise(merge, that=merge.that.text(), **member), "that")
        return body

    # -- graph form -------------------------------------------------------------------------------------------------

    def _graph_form(self) -> dict[str, Any]:
        form = self.conflict.graph_form
        if form is None:
            return {}
        states = {state.label: self._state(state) for state in form.states}
        moves: dict[str, dict[str, Row]] = {}
        for dm, start, end in form.moves:
            moves.setdefault(dm, {}).setdefault(start, Row()).append(end)
        listed = Row(states) if all(body is None for body in states.values()) else states
        return {"states": listed, "moves": moves or None}

    def _state(self, state: ListedState) -> Any:
        if any(value is None for _, value in state.options):
            options: Any = Pairs((name, "any" if value is None else value) for name, value in state.options)
        else:
            options = self._taken(tuple((name, value) for name, value in state.options if value is not None))
        if state.name and state.options:
            return {"name": state.name, "options": options}
        return options if state.options else state.name or None


def _coalition(coalition: Coalition) -> Any:
    return short_form(described_data(coalition, members=Row(coalition.members)), "members")
