"""The shape of variants and guarantees in a model file."""

# mypy: disable-error-code="valid-type,misc"
from __future__ import annotations

from typing import Any

from pydantic import Field

from detente.language.schema_base import Described


class VariantShape(Described):
    """The model as it is where a choice that the text leaves open is made otherwise."""

    changes: dict[str, Any] = Field(
        description="what is otherwise, in the form of the file itself; null removes a key, a list replaces a list",
        min_length=1,
    )


class GuaranteeShape(Described):
    """The model as it would be with something that nobody has yet: an option, a payment, a ban."""

    changes: dict[str, Any] = Field(
        description="what it adds or changes, in the form of the file itself; as under variants",
        min_length=1,
    )
