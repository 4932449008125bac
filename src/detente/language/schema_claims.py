"""The shape of claims and agreements in a model file."""

# mypy: disable-error-code="valid-type,misc"
from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from detente.language.schema_base import Described, Shape, either
from detente.language.schema_relations import Date
from detente.language.schema_words import FormulaText, Identifier, Text, YesNo

Names = either(word=Identifier, list=Annotated[list[Identifier], Field(min_length=1)])
DurabilityWord = Literal["lasting", "brittle", "shifting", "provisional", "latent", "conditional", "untenable"]
Steps = Literal["single", "joint"]
DateWord = Annotated[
    Date,
    BeforeValidator(lambda given: str(given) if type(given) is int else given),
    WithJsonSchema(
        {
            "type": ["string", "integer"],
            "description": "a date",
            "minimum": 1000,
            "maximum": 9999,
            "allOf": [{"pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}],
        }
    ),
]


class UnderShape(Shape):
    """Where a claim is asked."""

    readings: Names | None = Field(None, description="readings; all of the model by default")
    concepts: Names | None = Field(None, description="solution concepts; seq by default")
    phases: Names | None = Field(
        None, description="phases in which it is asked; by default none, the conflict as a whole"
    )
    views: Names | None = Field(
        None, description="those who have a view and in whose eyes it is asked: what they believe; by default the truth"
    )


class StableShape(Shape):
    """Stability of an outcome's states for one party."""

    that: FormulaText
    for_: Identifier = Field(alias="for", description="the party")
    in_: Literal["every", "some"] = Field("every", alias="in", description="in every state of it, or in some")


class ReachShape(Shape):
    """Whether moves lead somewhere."""

    that: FormulaText
    from_: FormulaText | None = Field(None, alias="from", description="where from; the status quo by default")
    by: Names = Field("improvements", description="moves, improvements, or the parties whose improvements count")
    steps: Steps = Field("single", description="joint: parties to an agreement may also improve together")


class EnduranceShape(Shape):
    """How an outcome fares when lenses change."""

    that: FormulaText
    is_: either(word=DurabilityWord, list=Annotated[list[DurabilityWord], Field(min_length=1)]) = Field(alias="is")
    now: Identifier = Field("tactical", description="the reading that stands for now")
    later: Identifier = Field("strategic", description="the reading that stands for later")


class BlockedShape(Shape):
    """Who can block an outcome."""

    that: FormulaText
    by: Names = Field(description="one party, or several of which one blocks in each state")


class EvolutionShape(Shape):
    """Where play by improvements ends up."""

    that: FormulaText
    from_: FormulaText | None = Field(None, alias="from", description="where from; the status quo by default")
    improvements: Literal["any", "best"] = "any"
    steps: Steps = "single"
    nature: Literal["eventually", "never"] = "eventually"


class AvoidanceShape(EvolutionShape):
    """Whether some parties can keep play out of an outcome."""

    by: Names = Field(description="the parties that choose or withhold their own improvements")


class PreferenceClaimShape(Shape):
    """Who prefers what."""

    who: Identifier
    this: FormulaText
    to: FormulaText
    in_: Literal["every", "best"] = Field("every", alias="in", description="every state of each, or the best of each")


class ImprovementShape(Shape):
    """A joint improvement."""

    who: Names = Field(description="the parties, or a coalition of the model")
    from_: FormulaText | None = Field(None, alias="from", description="where from; the status quo by default")
    to: FormulaText


class ChangeShape(Shape):
    """What differs between two readings, or between two phases."""

    that: FormulaText
    between: list[Identifier] = Field(min_length=2, max_length=2, description="two readings, or two phases")


class SidesShape(Shape):
    """Who stands together in the signed relations."""

    together: Annotated[list[Identifier], Field(min_length=1)] = Field(description="parties or outsiders on one side")
    against: Names | None = Field(None, description="parties or outsiders on the other side")
    at: DateWord | None = Field(None, description="the day; the last date of any relation by default")


class ClaimShape(Described):
    """A sentence and one check."""

    says: Text
    under: UnderShape | None = Field(None, description="where it is asked: readings, concepts, phases, views")
    can_hold: FormulaText | None = Field(None, description="some state of it is an equilibrium")
    cannot_hold: FormulaText | None = Field(None, description="no state of it is an equilibrium")
    stable: StableShape | None = Field(None, description="stable for a party")
    unstable: StableShape | None = Field(None, description="not stable for a party")
    reachable: either(word=FormulaText, mapping=ReachShape) | None = Field(None, description="moves lead to it")
    unreachable: either(word=FormulaText, mapping=ReachShape) | None = Field(None, description="no moves lead to it")
    durability: EnduranceShape | None = Field(None, description="how it fares when lenses change")
    blocked: BlockedShape | None = Field(None, description="somebody has a way out of every state of it")
    inevitable: either(word=FormulaText, mapping=EvolutionShape) | None = Field(
        None, description="play that ends, ends in it"
    )
    certain: either(word=FormulaText, mapping=EvolutionShape) | None = Field(
        None, description="inevitable, and no play stays outside for ever"
    )
    avoidable: AvoidanceShape | None = Field(None, description="some parties can keep play outside")
    unavoidable: AvoidanceShape | None = Field(None, description="these parties cannot keep play outside")
    prefers: PreferenceClaimShape | None = Field(None, description="a party prefers one to the other")
    improves: ImprovementShape | None = Field(None, description="parties improve together")
    changes: ChangeShape | None = Field(None, description="whether it can hold differs between two readings or phases")
    unchanged: ChangeShape | None = Field(
        None, description="whether it can hold is the same under two readings, or in two phases"
    )
    sides: SidesShape | None = Field(None, description="how the signed relations divide parties and outsiders")


CHECKS = (
    "can_hold",
    "cannot_hold",
    "stable",
    "unstable",
    "reachable",
    "unreachable",
    "durability",
    "blocked",
    "inevitable",
    "certain",
    "avoidable",
    "unavoidable",
    "prefers",
    "improves",
    "changes",
    "unchanged",
    "sides",
)
"""The keys of a claim of which exactly one says what is checked."""


class AgreementShape(Described):
    """A text that binds when its parties have signed."""

    parties: list[Identifier]
    in_force: FormulaText
    withdrawal: either(word=Identifier, list=list[Identifier]) | None = Field(
        None, description="who may end it alone, as the author says; an empty list: nobody"
    )
    revocable: YesNo | None = None
