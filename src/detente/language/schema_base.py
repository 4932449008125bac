"""What the shapes of all parts of a model file have in common."""

# mypy: disable-error-code="valid-type,misc"
from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from detente.language.schema_words import Certainty, Identifier, Text

SPECIAL = ("any_order", "one_of")
"""Keys that make a mapping something else than an element in full."""


def kind_of(value: Any) -> str:
    """Name the form of a value, to choose among the alternatives a place allows."""
    if isinstance(value, dict):
        return next((key for key in SPECIAL if key in value), "mapping")
    if isinstance(value, list):
        return "list"
    return "word"


def either(**forms: Any) -> Any:
    """Build a union decided by the form of the value, so that an error speaks of one alternative only."""
    members = [Annotated[form, Tag(tag)] for tag, form in forms.items()]
    union: Any = members[0]
    for member in members[1:]:
        union = union | member
    known = set(forms)
    words = {"word": "text", "number": "a number", "list": "a list", "mapping": "a mapping"}
    expected = " or ".join(words[tag] for tag in forms if tag not in SPECIAL)

    def choose(value: Any) -> str | None:
        tag = kind_of(value)
        if tag not in known:
            tag = "number" if tag == "word" else "mapping" if tag in SPECIAL else tag
        return tag if tag in known else None

    return Annotated[
        union, Discriminator(choose, custom_error_type="form", custom_error_message=f"wrong form; expected {expected}")
    ]


class Shape(BaseModel):
    """Base: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, defer_build=True)


class Described(Shape):
    """Anything may carry a display name, a reason and a source."""

    name: Text | None = Field(None, description="display name")
    because: Text | None = Field(None, description="the reason, in words")
    source: Text | None = Field(None, description="where it comes from; 'modeller' for what no text states")


class Premised(Described):
    """Premises may also say how sure their author is."""

    certainty: Certainty = Field("certain", description="certain, likely, possible, or a number from 0 to 1")


class IdentifiedPremise(Premised):
    """A premise in a list may carry its identity."""

    id: Identifier | None = Field(None, description="the identity that answers refer to")
