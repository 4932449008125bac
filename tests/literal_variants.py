"""The literal implementation of merge patches: RFC 7396, section 2, word for word."""

from __future__ import annotations

from typing import Any


def merge_patch(target: Any, patch: Any) -> Any:
    """Return the target with the patch merged in."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value)
    return result


def without_variants(document: Any) -> Any:
    """Return the data of a model without its variants."""
    return {key: value for key, value in document.items() if key != "variants"}
