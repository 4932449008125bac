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


BLOCK_PLACES = (
    ("status_quo",),
    ("statements", "*"),
    ("outcomes", "*"),
    ("infeasible",),
    ("limits",),
    ("forces",),
    ("blocked_moves",),
    ("decision_makers", "*", "options"),
    ("decision_makers", "*", "options", "*"),
    ("decision_makers", "*", "options", "*", "values"),
    ("decision_makers", "*", "options", "*", "irreversible"),
    ("decision_makers", "*", "statements", "*"),
    ("decision_makers", "*", "preferences"),
    ("decision_makers", "*", "principles"),
    ("decision_makers", "*", "lenses", "*"),
)
"""Where a block of a model may be one of several."""


class BlockHereShape(OneOf):
    """One of several blocks stands here; the first is the model as written."""

    one_of: list[Any] = Field(
        description="the blocks, the one as written first, each as it would stand here", max_length=MOST_ALTERNATIVES
    )


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


def allow_blocks(schema: dict[str, Any], block: dict[str, Any]) -> None:
    """Allow one of several blocks in a JSON Schema wherever there may be: they are spelt out before shapes are checked.

    ``block`` is the schema of :class:`BlockHereShape`.
    """
    definitions = schema["$defs"]
    definitions["BlockHereShape"] = block
    reference = {"$ref": "#/$defs/BlockHereShape"}
    for place in BLOCK_PLACES:
        nodes = [schema]
        for word in place:
            nodes = [child for node in nodes for child in _children(node, word, definitions)]
        for node in nodes:
            alternatives = node.get("anyOf")
            if alternatives is None:
                kept = {key: node.pop(key) for key in list(node) if key not in ("default", "description", "title")}
                alternatives = node["anyOf"] = [kept]
            if reference not in alternatives:
                alternatives.append(dict(reference))


def _children(node: dict[str, Any], word: str, definitions: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the schemas below a node: of a key, or of every key (``*``)."""
    if "$ref" in node:
        return _children(definitions[node["$ref"].rpartition("/")[2]], word, definitions)
    found = [child for part in node.get("anyOf", ()) for child in _children(part, word, definitions)]
    below = node.get("additionalProperties") if word == "*" else node.get("properties", {}).get(word)
    return [*found, below] if isinstance(below, dict) else found
