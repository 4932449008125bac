"""The shape of relations in a model file."""

# mypy: disable-error-code="valid-type,misc"
from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from detente.conflict.relations import day_of
from detente.language.schema_base import Described, Premised
from detente.language.schema_words import Identifier, Key, ShapeError, Text

AttitudeWord = Literal["positive", "neutral", "negative"]


def _date(text: str) -> str:
    try:
        day_of(text)
    except ValueError as error:
        message, _, expected = str(error).partition("; expected ")
        raise ShapeError(message, expected) from None
    return text


def _level(value: Any) -> Any:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and -1 <= value <= 1:
        return value
    kind = {dict: "a mapping", list: "a list", type(None): "nothing"}.get(type(value))
    raise ShapeError(f"{kind or repr(str(value))} is not a level", "a number from -1 (adversaries) to 1 (allies)")


def _source(text: str) -> str:
    if not text.strip():
        raise ShapeError("a turning point without a source", "who declares it, and where")
    return text


Date = Annotated[
    str,
    AfterValidator(_date),
    Field(description="a date", json_schema_extra={"allOf": [{"pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}]}),
]
Level = Annotated[
    int | Decimal, BeforeValidator(_level), WithJsonSchema({"type": "number", "minimum": -1, "maximum": 1})
]
Levels = Annotated[
    Annotated[Level, Tag("number")] | Annotated[dict[Date, Level], Field(min_length=1), Tag("mapping")],
    Discriminator(lambda value: "mapping" if isinstance(value, dict) else "number"),
]


class TurnShape(Described):
    """A turning point that the author declares, and on whose word."""

    source: Annotated[Text, AfterValidator(_source)] = Field(description="who declares it, and where")


class RelationShape(Premised):
    """A tie between two nodes: parties, or outsiders."""

    between: Annotated[list[Identifier], Field(min_length=2, max_length=2)] = Field(
        description="the two: parties of the conflict, or outsiders"
    )
    level: Levels = Field(description="from -1 (adversaries) by way of 0 to 1 (allies); or date to level")
    turning_points: dict[Date, TurnShape] | None = Field(
        None, description="dates of the series at which it turned, as the author says"
    )


class OutsiderShape(Described):
    """A node of the relations that decides nothing in the conflict."""


Attitudes = dict[Key, AttitudeWord]
