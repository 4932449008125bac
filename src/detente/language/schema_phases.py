"""The shape of phases in a model file."""

# mypy: disable-error-code="valid-type,misc"
from __future__ import annotations

from pydantic import Field

from detente.language.schema_base import Described, IdentifiedPremise, either
from detente.language.schema_words import (
    Direction,
    FormulaText,
    Identifier,
    Key,
    OptionName,
    Setting,
    Text,
    ValueWord,
    YesNo,
)


class PhaseRuleShape(IdentifiedPremise):
    """What cannot be in a phase."""

    that: FormulaText


class PhaseShape(Described):
    """A stretch of time, and what is different in it."""

    from_: Text | None = Field(None, alias="from", description="when it begins, such as 2025-08")
    reading: Identifier | None = Field(None, description="the reading in it")
    lenses: dict[Key, Identifier] | None = Field(None, description="lenses in it, on top of the reading")
    drop: list[Text] | None = Field(None, description="identities of premises that do not hold in it")
    infeasible: list[either(word=FormulaText, mapping=PhaseRuleShape)] | None = Field(
        None, description="what cannot be in it, besides"
    )
    irreversible: dict[OptionName, Direction] | None = Field(None, description="how options may change in it")
    set: dict[OptionName, ValueWord] | None = Field(None, description="what has happened when it begins")
    status_quo: either(list=list[Setting], mapping=dict[OptionName, ValueWord]) | None = Field(
        None, description="where it begins, instead of where the phase before ended"
    )
    nature: YesNo = Field("yes", description="whether nature moves in it")
