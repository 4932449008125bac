"""The shape of views and observers in a model file."""

# mypy: disable-error-code="valid-type,misc"
from __future__ import annotations

from pydantic import Field

from detente.language.schema_base import Described, IdentifiedPremise, Premised, either
from detente.language.schema_words import FormulaText, Identifier, Key, OptionName, Text


class SeenShape(Premised):
    """Another party's preferences, as the viewer sees them."""

    lens: Identifier | None = Field(None, description="the lens under which it is seen, whatever the reading")
    statements: dict[str, FormulaText] | None = Field(
        None, description="identity of a statement to the formula that stands in its place"
    )
    drop: list[Text] | None = Field(None, description="identities of statements that it is not seen to have")
    wants: list[FormulaText] | None = Field(
        None, description="formulas that it is seen to want above all else, most important first"
    )


class NotedShape(Premised):
    """A reason, a source and a certainty; all may be left out."""


class ImpossibleShape(IdentifiedPremise):
    """States that the viewer thinks impossible."""

    that: FormulaText


class WantShape(Premised):
    """What the viewer wants of what it imagines."""

    that: FormulaText


class ObserverShape(Described):
    """Somebody who has a view of the conflict and decides nothing in it."""


class ViewShape(Described):
    """What one viewer sees otherwise than it is."""

    sees: dict[Key, SeenShape] | None = Field(None, description="party to its preferences as they are seen")
    unknown_options: (
        either(list=list[OptionName], mapping=dict[OptionName, either(word=None, mapping=NotedShape)]) | None
    ) = Field(None, description="options that it does not know of, as party.option")
    imagined_options: (
        dict[Key, either(list=list[Identifier], mapping=dict[Key, either(word=Text | None, mapping=NotedShape)])] | None
    ) = Field(None, description="decision maker to yes/no options that it is believed to have and has not")
    impossible: (
        either(
            list=list[either(word=FormulaText, mapping=ImpossibleShape)],
            mapping=dict[Key, either(word=FormulaText, mapping=ImpossibleShape)],
        )
        | None
    ) = Field(None, description="formulas; a state that satisfies any of them is thought impossible")
    forgets: either(list=list[Identifier], mapping=dict[Key, either(word=None, mapping=NotedShape)]) | None = Field(
        None, description="decision makers that it leaves out altogether"
    )
    wants: list[either(word=FormulaText, mapping=WantShape)] | None = Field(
        None, description="what the viewer itself wants of options that it imagines, above its other preferences"
    )
