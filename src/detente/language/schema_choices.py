"""The shape of what a model file leaves open among several."""

# mypy: disable-error-code="valid-type,misc"
from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from detente.language.schema_base import Described, either
from detente.language.schema_words import Identifier, Number

MOST_NUMBERS = 20
"""A range has at most so many values."""
MOST_ALTERNATIVES = 100


class RangeShape(Described):
    """A number that may be any of several."""

    from_: Number = Field(alias="from", description="the lowest")
    to: Number = Field(description="the highest")
    step: Number = Field(1, description=f"from one to the next; at most {MOST_NUMBERS} numbers")
    usually: Number | None = Field(
        None, description="the number as the model stands; the middle one if not said, the lower of two"
    )


Amount = either(number=Number, mapping=RangeShape)

Shares = Annotated[
    list[Number] | None,
    Field(description="the share of worlds of each alternative, in order; they add up to 1; equal if not said"),
]


class OneOf(Described):
    """One of several things stands here; the first is the model as written."""

    shares: Shares = None
    id: Identifier | None = Field(None, description="the identity that answers refer to")


def several(item: Any) -> Any:
    """Return the type of a list of alternatives."""
    return Annotated[
        list[item], Field(description="the alternatives, the one as written first", max_length=MOST_ALTERNATIVES)
    ]


class AlternativeShape(Described):
    """A part of the model otherwise than it is written."""

    changes: dict[str, Any] = Field(
        description="what is otherwise, in the form of the file itself; null removes a key, a list replaces a list",
        min_length=1,
    )


AsWritten = Literal["as written"]


class BlockShape(Described):
    """The model as written, or with one of several parts otherwise."""

    one_of: list[either(word=AsWritten, mapping=AlternativeShape)] = Field(
        description="first 'as written', then what may be otherwise", max_length=MOST_ALTERNATIVES
    )
    shares: Shares = None
