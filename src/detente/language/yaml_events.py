"""The events of a YAML text: from libyaml where that reads it as YAML 1.2 does, else from ruamel.yaml, which explains.

libyaml is about forty times as fast. Only texts without what the two see otherwise are given to it, and none that it
stops at: what is wrong there ruamel.yaml says better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_OTHERWISE = re.compile(
    r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]"  # tabs, other line breaks, what needs a look
    r"|^(?:[%?]|---|\.\.\.)"  # directives, keys that are no names, several documents
    r"|[*&](?=\S)(?!\w+(?:[\s,\]}]|\Z))"  # anchors and aliases whose names are no plain words
    r"|[|>][-+0-9]*[ ]*(?:#.*)?\n[ ]*\n",  # long texts that begin with an empty line
    re.MULTILINE,
)
"""What the two parsers do not see alike."""


def quick_events(text: str, most: int, deepest: int) -> Iterator[Any] | None:
    """Return the events between the ends of the stream; None where the careful parser is to be asked.

    Parameters
    ----------
    text : str
        With line feeds at the ends of lines.
    most : int
        Of a text with more events nothing is kept.
    deepest : int
        Nor of one with more collections inside each other: libyaml's time grows with the square of their number.
    """
    if _OTHERWISE.search(text):
        return None
    import yaml

    if not yaml.__with_libyaml__:
        return None
    try:
        events, depth = [], 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            events.append(event)
            if len(events) == most or depth > deepest or _is_nothing(event):
                return None
    except yaml.YAMLError:
        return None
    return iter(events[1:-1])


def _is_nothing(event: Any) -> bool:
    """Whether a value is left out: the two parsers see it in different places."""
    return getattr(event, "value", None) == "" and not event.style


def careful_events(text: str) -> Iterator[Any]:
    """Yield the events between the ends of the stream. Raises what ruamel.yaml raises."""
    from ruamel.yaml import YAML
    from ruamel.yaml.events import StreamEndEvent, StreamStartEvent

    for event in YAML(typ="safe", pure=True).parse(text):
        if not isinstance(event, (StreamStartEvent, StreamEndEvent)):
            yield event
