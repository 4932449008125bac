"""The shape of a model file, as pydantic models: what keys there are, what each may hold.

The JSON Schema that editors use is generated from here. Meaning (do the names exist, do the lists fit together) is
checked afterwards, in :mod:`detente.language.build`.
"""

# mypy: disable-error-code="valid-type,misc"
from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    Discriminator,
    Field,
    Tag,
)

from detente.language.schema_base import SPECIAL, Described, IdentifiedPremise, Premised, Shape, either, kind_of
from detente.language.schema_choices import Amount, BlockHereShape, BlockShape, OneOf, allow_blocks, several
from detente.language.schema_claims import AgreementShape, ClaimShape
from detente.language.schema_phases import PhaseShape
from detente.language.schema_purpose import ObservedShape
from detente.language.schema_relations import Attitudes, OutsiderShape, RelationShape
from detente.language.schema_variants import GuaranteeShape, VariantShape
from detente.language.schema_views import ObserverShape, ViewShape
from detente.language.schema_words import (
    Direction,
    FormulaText,
    Identifier,
    Key,
    OptionName,
    Setting,
    StateReference,
    Text,
    ValueWord,
    YesNo,
)


class IrreversibleShape(Premised):
    """How an option may change."""

    direction: Literal["forward", "backward"] | None = None
    changes: list[Annotated[list[ValueWord], Field(min_length=2, max_length=2)]] | None = Field(
        None, description="the allowed one-step changes, each [from, to]"
    )


class RatifiedShape(Shape):
    """Who can undo an option once it is taken: granted is what is taken and not overturned."""

    overturned_by: OptionName = Field(description="somebody else's option that undoes it")
    granted: Key = Field(description="the outcome that stands for: taken, and not overturned")
    undoes: list[Identifier] | None = Field(None, description="the outcomes that overturning ends")


class OptionShape(Described):
    """An option in full."""

    values: (
        either(
            list=Annotated[list[Identifier], Field(min_length=2)],
            mapping=Annotated[dict[Key, Amount], Field(min_length=2)],
        )
        | None
    ) = Field(None, description="two or more values, first to last; with numbers where limits count them")
    irreversible: either(word=Direction, mapping=IrreversibleShape) | None = Field(
        None, description="no, forward, backward, or {changes: [[from, to], …]}"
    )
    ratified_by: RatifiedShape | None = Field(None, description="who inside can undo it once it is taken")


class StatementShape(IdentifiedPremise):
    """A preference statement in full."""

    that: FormulaText


StatementItem = either(word=FormulaText, mapping=StatementShape)


class AnyOrderShape(Described):
    """Statements next to each other whose order is uncertain."""

    id: Identifier | None = Field(None, description="the identity that answers refer to")
    any_order: list[StatementItem]


class StatementChoiceShape(OneOf):
    """One of several statements stands here, or one of several lists of them; the first as the model is written."""

    one_of: several(
        either(
            word=FormulaText,
            mapping=StatementShape,
            list=list[either(word=FormulaText, mapping=StatementShape, list=list[StatementItem])],
        )
    )


LevelItem = either(
    word=FormulaText,
    mapping=StatementShape,
    list=list[StatementItem],
    any_order=AnyOrderShape,
    one_of=StatementChoiceShape,
)
PrincipleItem = either(word=FormulaText, mapping=StatementShape, any_order=AnyOrderShape, one_of=StatementChoiceShape)


class WeightShape(IdentifiedPremise):
    """A statement with a weight: a formula, or one with an identity."""

    that: FormulaText | None = None
    statement: Identifier | None = Field(None, description="the identity of a statement, instead of 'that'")
    weight: Amount


class LensShape(Described):
    """One preference order; exactly one of statements, ranking, weights and utilities."""

    statements: list[LevelItem] | None = Field(None, description="most important first; a list inside is one level")
    ranking: list[either(word=StateReference, list=list[StateReference])] | None = Field(
        None, description="states or outcomes, best first; a tie is a list inside"
    )
    weights: either(list=list[WeightShape], mapping=dict[FormulaText, Amount]) | None = Field(
        None, description="statement to weight; a state's value is the sum over what it satisfies"
    )
    utilities: either(list=list[Amount], mapping=dict[str, Amount]) | None = Field(
        None, description="a number for each state, in order, or by state or outcome"
    )
    refines: Identifier | None = Field(None, description="the lens that breaks this one's ties")
    replaces: Identifier | None = Field(None, description="says in the file that this lens rules alone")


PreferenceItem = either(list=list[LevelItem], mapping=LensShape)


class StatementBody(Premised):
    """A statement under its identity."""

    that: FormulaText


class DecisionMakerShape(Described):
    """A decision maker, or nature."""

    kind: Literal["party", "nature"] = "party"
    options: either(list=list[Identifier], mapping=dict[Key, either(word=Text | None, mapping=OptionShape)]) | None = (
        None
    )
    statements: dict[Key, either(word=FormulaText, mapping=StatementBody)] | None = Field(
        None, description="statements with identities, which lenses then list"
    )
    principles: list[PrincipleItem] | None = Field(None, description="statements above every lens")
    preferences: PreferenceItem | None = Field(None, description="the same as one lens called default")
    lenses: dict[Key, PreferenceItem] | None = Field(None, description="several preference orders")
    aims: dict[Key, PreferenceItem] | None = Field(
        None, description="preference orders that no reading uses, to be held against observed moves"
    )
    attitudes: Attitudes | None = Field(None, description="party to attitude, for relational stability")


class InfeasibleShape(IdentifiedPremise):
    """States that satisfy the formula are left out."""

    that: FormulaText


class LimitShape(IdentifiedPremise):
    """A bound on a weighted sum of options' numbers."""

    sum: either(list=list[OptionName], mapping=dict[OptionName, Amount])
    at_most: Amount | None = None
    at_least: Amount | None = None
    across: YesNo = Field("no", description="yes when the options have several owners, which is a veto in disguise")


class ForceShape(IdentifiedPremise):
    """A consequence."""

    when: FormulaText
    set: dict[OptionName, ValueWord]


class BlockedMoveShape(IdentifiedPremise):
    """Moves that cannot be made."""

    by: Identifier
    from_: FormulaText = Field("always", alias="from")
    to: FormulaText = "always"


InfeasibleItem = either(word=FormulaText, mapping=InfeasibleShape)


class InfeasibleChoiceShape(OneOf):
    """One of several rules stands here, or one of several lists of them; the first as the model is written."""

    one_of: several(either(word=FormulaText, mapping=InfeasibleShape, list=list[InfeasibleItem]))


class LimitChoiceShape(OneOf):
    """One of several limits stands here, or one of several lists of them; the first as the model is written."""

    one_of: several(either(mapping=LimitShape, list=list[LimitShape]))


class ForceChoiceShape(OneOf):
    """One of several consequences stands here, or one of several lists of them; the first as the model is written."""

    one_of: several(either(mapping=ForceShape, list=list[ForceShape]))


class BlockedMoveChoiceShape(OneOf):
    """One of several such rules stands here, or one of several lists of them; the first as the model is written."""

    one_of: several(either(mapping=BlockedMoveShape, list=list[BlockedMoveShape]))


InfeasibleEntry = either(word=FormulaText, mapping=InfeasibleShape, one_of=InfeasibleChoiceShape)
LimitEntry = either(mapping=LimitShape, one_of=LimitChoiceShape)
ForceEntry = either(mapping=ForceShape, one_of=ForceChoiceShape)
BlockedMoveEntry = either(mapping=BlockedMoveShape, one_of=BlockedMoveChoiceShape)

StateShape = either(word=Text, list=list[Setting], mapping=dict[OptionName, ValueWord])


class MergeShape(Premised):
    """States that are one."""

    that: FormulaText
    as_: either(list=list[Setting], mapping=dict[OptionName, ValueWord]) | None = Field(
        None, alias="as", description="the member that speaks for the class"
    )


class OutcomeShape(Described):
    """A named formula."""

    that: FormulaText


class CoalitionShape(Described):
    """Decision makers that may move together."""

    members: list[Identifier]


class ReadingShape(Described):
    """A choice of lenses, in full."""

    lenses: dict[Key, Identifier]


class ListedStateShape(Shape):
    """A state of the graph form, in full."""

    name: Text | None = None
    options: either(list=list[Setting], mapping=dict[OptionName, ValueWord]) | None = None


def _listed_kind(value: Any) -> str | None:
    if isinstance(value, dict) and set(value) <= {"name", "options"} and value:
        return "full"
    kind = kind_of(value)
    return "mapping" if kind in SPECIAL else kind


ListedState = Annotated[
    Annotated[ListedStateShape, Tag("full")]
    | Annotated[list[Setting], Tag("list")]
    | Annotated[dict[OptionName, ValueWord], Tag("mapping")]
    | Annotated[Text | None, Tag("word")],
    Discriminator(_listed_kind),
]


def _reading_kind(value: Any) -> str:
    return "full" if isinstance(value, dict) and isinstance(value.get("lenses"), dict) else "plain"


ReadingItem = Annotated[
    Annotated[ReadingShape, Tag("full")] | Annotated[dict[Key, Identifier], Tag("plain")], Discriminator(_reading_kind)
]


class ModelShape(Shape):
    """A conflict."""

    title: Text = Field("", description="what the conflict is called")
    because: Text | None = Field(None, description="what it is about, in words")
    source: Text | None = Field(None, description="where it comes from")
    notes: Text | None = Field(None, description="anything else; a history of changes")
    decision_makers: dict[Key, DecisionMakerShape] = Field(description="who decides, and nature")
    statements: dict[Key, either(word=FormulaText, mapping=StatementBody)] | None = Field(
        None, description="statements with identities, shared by parties"
    )
    infeasible: (
        either(
            list=list[InfeasibleEntry],
            mapping=dict[Key, InfeasibleEntry],
        )
        | None
    ) = Field(None, description="formulas; a state that satisfies any of them is left out")
    feasible: list[either(list=list[Setting], mapping=dict[OptionName, ValueWord])] | None = Field(
        None, description="the only states that are possible, each as the options taken"
    )
    limits: either(list=list[LimitEntry], mapping=dict[Key, LimitEntry]) | None = Field(
        None, description="bounds on weighted sums of options' numbers: means that are shared"
    )
    forces: either(list=list[ForceEntry], mapping=dict[Key, ForceEntry]) | None = Field(
        None, description="consequences: a move into a state that satisfies 'when' ends with these options set"
    )
    blocked_moves: either(list=list[BlockedMoveEntry], mapping=dict[Key, BlockedMoveEntry]) | None = Field(
        None, description="moves that cannot be made"
    )
    merge: dict[Key, either(word=FormulaText, mapping=MergeShape)] | None = Field(
        None, description="name to formula: the states that satisfy it are one"
    )
    outcomes: dict[Key, either(word=FormulaText, mapping=OutcomeShape)] | None = Field(
        None, description="name to formula; outcomes may use each other"
    )
    classes: list[Identifier] | None = Field(None, description="outcomes that partition the states")
    status_quo: StateShape | None = Field(None, description="the options taken, or a state number or label")
    nature: Literal["excluded", "included"] = "excluded"
    coalitions: dict[Key, either(list=list[Identifier], mapping=CoalitionShape)] | None = Field(
        None, description="name to decision makers"
    )
    readings: dict[Key, ReadingItem] | None = Field(None, description="name to a choice of lens for each party")
    agreements: dict[Key, AgreementShape] | None = Field(
        None, description="texts that bind when their parties have signed: made together, broken by one"
    )
    guarantees: dict[Key, GuaranteeShape] | None = Field(
        None, description="what could be given so that an outcome lasts; `detente change` looks among them"
    )
    observed: ObservedShape | None = Field(None, description="moves that were made, for aims to be held against")
    phases: dict[Key, PhaseShape] | None = Field(
        None, description="stretches of time in order, and what is different in each"
    )
    claims: dict[Key, ClaimShape] | None = Field(
        None, description="what follows from the premises, as the author says; each with one check"
    )
    outsiders: dict[Key, either(word=Text | None, mapping=OutsiderShape)] | None = Field(
        None, description="nodes of the relations that decide nothing here"
    )
    relations: dict[Key, RelationShape] | None = Field(
        None, description="ties between parties and outsiders, from adversaries to allies"
    )
    observers: dict[Key, either(word=Text | None, mapping=ObserverShape)] | None = Field(
        None, description="who has a view of the conflict without deciding anything"
    )
    views: dict[Key, ViewShape] | None = Field(
        None, description="decision maker or observer to what it sees otherwise than it is"
    )
    alternatives: dict[Key, BlockShape] | None = Field(
        None, description="parts of the model of which one of several holds, for worlds: as written, or otherwise"
    )
    variants: dict[Key, VariantShape] | None = Field(
        None, description="choices that the text leaves open, made otherwise; `MODEL@NAME` is the model with one"
    )
    states: either(list=list[Text], mapping=dict[str, ListedState]) | None = Field(
        None, description="graph form: labels, or label to options taken"
    )
    moves: dict[Key, dict[str, either(word=Text, list=list[Text])]] | None = Field(
        None, description="graph form: decision maker to state to states"
    )


def _any_of(node: Any) -> Any:
    """Return the schema with ``oneOf`` as ``anyOf``: alternatives are told apart by form and may overlap."""
    if isinstance(node, dict):
        return {
            "anyOf" if key == "oneOf" else key: _any_of(value) for key, value in node.items() if key != "discriminator"
        }
    return [_any_of(item) for item in node] if isinstance(node, list) else node


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a model file.

    Examples
    --------
    >>> json_schema()["type"]
    'object'
    """
    schema = _any_of(ModelShape.model_json_schema(mode="validation", by_alias=True))
    allow_blocks(schema, _any_of(BlockHereShape.model_json_schema(mode="validation", by_alias=True)))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Détente model",
        **{key: value for key, value in schema.items() if key != "title"},
    }
