"""The shape of observed moves in a model file."""

# mypy: disable-error-code="valid-type,misc"
from __future__ import annotations

from typing import Annotated

from pydantic import Field

from detente.language.schema_base import Described, either
from detente.language.schema_words import Identifier, OptionName, Setting, Text, ValueWord


class ObservedMoveShape(Described):
    """A move that was made."""

    by: either(word=Identifier, list=Annotated[list[Identifier], Field(min_length=1)]) = Field(
        description="who moved; several: together"
    )
    set: Annotated[dict[OptionName, ValueWord], Field(min_length=1)] = Field(description="the options they set")
    date: Text | None = Field(None, description="when it was made, as the author writes it")


class ObservedShape(Described):
    """Moves that were made, in order."""

    from_: either(list=list[Setting], mapping=dict[OptionName, ValueWord]) | None = Field(
        None, alias="from", description="where they begin; the status quo by default"
    )
    moves: Annotated[list[ObservedMoveShape], Field(min_length=1)]
