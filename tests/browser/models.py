"""Models to look at: with everything in it, in plain or in hostile words; drawn by hand; and with many states."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

Words = Callable[[str], str]

ATTACKS = (
    "<script>window.__pwned = 1</script>",
    '<img src=x onerror="window.__pwned = 2">',
    '"><svg onload="window.__pwned = 3">',
    "' onmouseover='window.__pwned = 4' onfocus='window.__pwned = 4' autofocus x='",
    "javascript:window.__pwned = 5//",
    "{{ constructor.constructor('window.__pwned = 6')() }}",
    "</script><script>window.__pwned = 7</script>",
    "</style></title></textarea><script>window.__pwned = 8</script>",
    '<a href="javascript:window.__pwned = 9">x</a>',
    '<iframe srcdoc="<script>parent.__pwned = 10</script>"></iframe>',
    "[x](javascript:window.__pwned=11) ![x](x) `</code><script>window.__pwned = 11</script>",
    "${window.__pwned = 12} `${window.__pwned = 12}` $& %(n)s {n} {0}",
    "]]><script>window.__pwned = 13</script><!--",
    '\\"); window.__pwned = 14; ("',
    "<details open ontoggle=window.__pwned=15><summary>x</summary></details>",
    "\u202e\u0007<base href='http://attacker.invalid/'><meta http-equiv=refresh content='0;url=javascript:1'>",
    '<form action="javascript:window.__pwned=17"><button formaction="javascript:window.__pwned=17">x</button></form>',
    '<math><mtext></table><img src="x" onerror="window.__pwned = 18"></mtext></math>',
)
"""What a model may hold to make a page run it."""


def plain(words: str) -> str:
    """Return words as they are."""
    return words


def hostile() -> Words:
    """Return what puts an attack before words, another one each time."""
    turn = itertools.cycle(ATTACKS)
    return lambda words: f"{next(turn)} {words}"


def everything(say: Words = plain) -> str:
    """Return a model as JSON that has a bit of all that a report and the workbench show."""

    def told(name: str) -> dict[str, str]:
        return {
            "name": say(name),
            "because": say(f"Why {name.lower()} is so."),
            "source": say(f"Minutes of {name.lower()}"),
        }

    upper = {
        "name": say("Upper village"),
        "because": say("It lies upstream."),
        "options": {
            "release": told("Release water"),
            "talk": told("Come to the table"),
            "guard": {**told("Guard the weir"), "values": ["none", "some", "full"]},
        },
        "statements": {
            "U1": {"that": "not lower.sue", **told("No court"), "certainty": "likely"},
            "U2": {"that": "not upper.release", **told("Keep the water"), "certainty": "possible"},
        },
        "principles": ["U3"],
        "lenses": {
            "tactical": {"statements": ["U2", "U1", "not upper.guard"], **told("This summer")},
            "strategic": {"statements": ["U1", "upper.talk and lower.talk", "U2"], **told("In the long run")},
        },
        "aims": {"water": {"statements": ["not upper.release"], **told("Water for itself")}},
        "attitudes": {"lower": "negative"},
    }
    lower = {
        "name": say("Lower village"),
        "options": {"talk": told("Sit down together"), "sue": {**told("Go to court"), "irreversible": "forward"}},
        "preferences": [
            {"id": "L1", "that": "upper.release", **told("Water comes")},
            {"id": "L2", "that": "not lower.sue if upper.talk", **told("Talk before court"), "certainty": 0.7},
            {"any_order": ["lower.talk if upper.talk", "not upper.guard"], **told("In any order")},
        ],
    }
    model: dict[str, Any] = {
        "title": say("Two villages and a river"),
        "because": say("Water is short in summer."),
        "source": say("The parish book"),
        "notes": say("Written for the tests."),
        "statements": {"U3": {"that": "not sky.drought if upper.release", **told("No gift in a drought")}},
        "decision_makers": {
            "upper": upper,
            "lower": lower,
            "sky": {"name": say("The sky"), "kind": "nature", "options": {"drought": told("A drought")}},
        },
        "infeasible": [{"id": "I1", "that": "lower.talk and lower.sue", **told("Court or table"), "certainty": 0.9}],
        "limits": {"purse": {"sum": ["upper.guard", "upper.talk"], "at_most": 2, **told("The purse")}},
        "forces": [{"id": "F1", "when": "sky.drought", "set": {"upper.release": "no"}, **told("Nothing to release")}],
        "blocked_moves": [{"id": "B1", "by": "lower", "from": "lower.talk", "to": "lower.sue", **told("Not at once")}],
        "outcomes": {
            "agreement": {"that": "upper.release and upper.talk and lower.talk", **told("An agreement")},
            "court": {"that": "lower.sue", **told("A case in court")},
            "rest": {"that": "not agreement and not court", **told("All as it was")},
        },
        "classes": ["agreement", "court", "rest"],
        "status_quo": ["upper.guard = some"],
        "coalitions": {"valley": {"members": ["upper", "lower"], **told("The valley")}},
        "agreements": {"treaty": {"parties": ["upper", "lower"], "in_force": "agreement", **told("A treaty")}},
        "readings": {
            "tactical": {"lenses": {"upper": "tactical"}, **told("Today")},
            "strategic": {"lenses": {"upper": "strategic"}, **told("Later")},
        },
        "phases": {
            "wet": {"from": 2020, "reading": "tactical", "nature": "no", **told("Wet years")},
            "dry": {"from": 2026, "reading": "strategic", "set": {"sky.drought": "yes"}, **told("Dry years")},
        },
        "observed": {
            "moves": [{"by": "lower", "set": {"lower.talk": "yes"}, "date": "2021-06", "source": say("A report")}]
        },
        "outsiders": {"city": told("The city"), "mill": told("The mill")},
        "relations": {
            "neighbours": {
                "between": ["upper", "lower"],
                "level": {"2020": 0.6, "2023-05": -0.4},
                "turning_points": {"2023-05": {"because": say("A dry spring."), "source": say("The almanac")}},
                **told("Neighbours"),
            },
            "patron": {"between": ["upper", "city"], "level": 0.5, **told("A patron"), "certainty": "likely"},
            "rival": {"between": ["lower", "city"], "level": -0.5, **told("A rival")},
        },
        "observers": {"press": told("The press")},
        "views": {
            "lower": {
                "sees": {"upper": {"wants": ["upper.guard = full"], **told("A picture of the other")}},
                "impossible": [{"id": "no_water", "that": "upper.release and lower.sue", **told("No water in court")}],
                **told("As it sees it"),
            },
            "press": {"forgets": {"sky": told("It leaves out the sky")}, **told("As the press sees it")},
        },
        "variants": {"calm": {"changes": {"blocked_moves": None}, **told("Court at once")}},
        "guarantees": {"fund": {"changes": {"limits": None}, **told("A fund")}},
        "claims": {
            "C1": {"says": say("An agreement cannot hold."), "source": say("¶1"), "cannot_hold": "agreement"},
            "C2": {"says": say("The lower village goes to court."), "can_hold": "court", "because": say("It said so.")},
            "C3": {"says": say("An agreement does not last."), "durability": {"that": "agreement", "is": "untenable"}},
            "C4": {"says": say("The press sees it otherwise."), "can_hold": "agreement", "under": {"views": "press"}},
            "C5": {
                "says": say("The city is on its side."),
                "sides": {"together": ["upper", "city"], "against": "lower"},
            },
        },
    }
    return json.dumps(model, indent=1, ensure_ascii=False)


def drawn(say: Words = plain) -> str:
    """Return a model as JSON whose states and moves are listed, and whose labels can be any text."""
    labels = [say(f"place {number}") for number in range(len(ATTACKS))]
    others = [*labels[1:], labels[0]]
    model = {
        "title": say("A hand-drawn map"),
        "decision_makers": {
            "one": {"name": say("One"), "preferences": {"ranking": labels}},
            "two": {"name": say("Two"), "preferences": {"ranking": others}},
        },
        "states": labels,
        "moves": {
            "one": {label: [other] for label, other in zip(labels[::2], labels[1::2], strict=True)},
            "two": {label: [labels[0]] for label in labels[1:]},
        },
        "status_quo": 2,
        "outcomes": {"home": {"that": "never", "name": say("Home")}},
    }
    return json.dumps(model, indent=1, ensure_ascii=False)


LARGE = """\
title: A conflict with 300 states
decision_makers:
  alpha:
    name: Party alpha
    options: {march: March to the border, call: Call for a conference}
    preferences: [gamma.aid >= some, not beta.fleet >= far, alpha.march if beta.guns >= some, alpha.call]
  beta:
    name: Party beta
    options:
      guns: {name: Buy guns, values: [none, some, many]}
      fleet: {name: Send the fleet, values: [home, port, near, far, there]}
    preferences: [not alpha.march, beta.guns = some, beta.fleet <= near, gamma.aid = none, alpha.call]
  gamma:
    name: Party gamma
    options:
      aid: {name: Give aid, values: [none, little, some, much, all]}
    preferences: [alpha.call, not beta.guns = many, gamma.aid <= some, gamma.aid >= little]
outcomes:
  war: alpha.march and beta.guns = many
  conference: alpha.call and not alpha.march
  calm: not alpha.march and beta.fleet <= port
status_quo: [beta.fleet = port, gamma.aid = little]
"""
"""300 states."""
