"""Suspicious models, one for each kind of warning, and the models that they are made from."""

from __future__ import annotations

from detente.analysis.validate import validate
from detente.analysis.validate_check import Warning_
from detente.language.load import loads

BASE = """
decision_makers:
  us:
    options: {arm: Arm, sign: Sign}
    preferences: [not ru.war, us.sign, us.arm]
  ru:
    options: {war: War, sell: Sell}
    preferences: [not us.arm, ru.war, ru.sell]
"""

LONE = "decision_makers:\n  us: {options: [arm], preferences: [us.arm]}\n"

LENSES = """
decision_makers:
  us:
    options: {arm: Arm}
    lenses:
      tactical: %s
      strategic: %s
  ru:
    options: {war: War}
    preferences: [not us.arm, ru.war]
"""


def prefers(us: str, options: str = "{arm: Arm, sign: Sign}", **more: str) -> str:
    """Return a model in which 'us' has these preferences and the other likes what it can."""
    lines = "".join(f"\n    {key}: {value}" for key, value in more.items())
    return f"""
decision_makers:
  us:
    options: {options}
    preferences: {us}{lines}
  ru:
    options: {{war: War}}
    preferences: [us.arm, us.sign, ru.war]
"""


def graph_form(moves: str, preferences: str = "{ranking: [a, b]}") -> str:
    return f"""
states: [a, b]
decision_makers:
  us: {{preferences: {preferences}}}
  ru: {{preferences: {{ranking: [b, a]}}}}
moves: {moves}
"""


# kind, element, words of the message, model
CASES = [
    (
        "outcome-never",
        "both",
        "no feasible state: all combinations that make",
        BASE
        + """
infeasible: [us.arm and us.sign]
outcomes: {both: us.arm and us.sign}
status_quo: []
""",
    ),
    (
        "outcome-never",
        "odd",
        "no combination of options",
        BASE
        + """
outcomes: {odd: us.arm and not us.arm}
status_quo: []
""",
    ),
    (
        "outcome-always",
        "any",
        "every feasible state: all combinations",
        BASE
        + """
infeasible: [us.arm and us.sign]
outcomes: {any: not us.arm or not us.sign}
status_quo: []
""",
    ),
    ("outcome-always", "any", "every combination", BASE + "outcomes: {any: ru.war iff ru.war}\nstatus_quo: []"),
    (
        "outcome-never",
        "c",
        "no listed state: correct 'us.arm'",
        graph_form("{us: {a: b}, ru: {b: a}}").replace("us: {", "us: {options: [arm], ", 1) + "outcomes: {c: us.arm}",
    ),
    (
        "statement-never",
        "us: us.arm and us.sign",
        "all combinations",
        prefers("[us.arm and us.sign, us.arm, us.sign]") + "infeasible: [us.arm and us.sign]",
    ),
    (
        "statement-never",
        "us: us.arm and not us.arm",
        "no combination",
        prefers("[us.arm and not us.arm, us.arm, us.sign]"),
    ),
    (
        "statement-always",
        "us: ru.war or not ru.war",
        "every combination",
        prefers("[ru.war or not ru.war, us.arm, us.sign]"),
    ),
    (
        "statement-idle",
        "us: not us.arm",
        "holds exactly where statement 'us.arm' above does not",
        prefers("[us.arm, not us.arm, us.sign]"),
    ),
    (
        "statement-idle",
        "us: us.arm and us.arm",
        "exactly where statement 'us.arm' above does;",
        prefers("[us.arm, us.arm and us.arm, us.sign]"),
    ),
    ("statement-idle", "us: us.arm and us.sign", "does not vary", prefers("[us.arm, us.sign, us.arm and us.sign]")),
    (
        "statement-idle",
        "us: us.arm xor ru.war",
        "no two states tied",
        prefers("[us.arm, us.sign, ru.war, us.arm xor ru.war]"),
    ),
    (
        "statement-idle",
        "us: us.sign",
        "principles of us",
        prefers("[ru.war]", principles="[us.arm iff us.sign, us.arm, us.sign]"),
    ),
    (
        "statement-idle",
        "us: us.sign and us.arm",
        "in the preference of us: it does not vary",
        prefers("[us.arm, us.sign, [ru.war, us.sign and us.arm]]"),
    ),
    ("statement-idle", "us: us.arm", "weight never tips", prefers("{weights: {us.arm: 0, us.sign: 1}}")),
    ("statement-twice", "us: us.arm", "stands twice in the preference of us", prefers("[us.arm, us.sign, us.arm]")),
    (
        "statement-twice",
        "us: us.arm",
        "two weights",
        prefers("{weights: [{that: us.arm, weight: 1}, {that: us.arm, weight: 2}, {that: us.sign, weight: 1}]}"),
    ),
    (
        "statement-unused",
        "us.P2",
        "lists statement us.P2",
        prefers("[P1, us.sign]", statements="{P1: us.arm, P2: not us.sign}"),
    ),
    (
        "part-never",
        "us: us.arm or us.sign <= no and us.sign",
        "'us.sign <= no and us.sign' is false",
        prefers("[us.arm or us.sign <= no and us.sign, us.sign]"),
    ),
    (
        "part-always",
        "us: us.arm and us.sign >= no",
        "'us.sign >= no' is true",
        prefers("[us.arm and us.sign >= no, us.sign]"),
    ),
    (
        "part-always",
        "f",
        "In consequence f, 'us.arm >= no'",
        BASE + "forces: {f: {when: us.arm >= no, set: {us.sign: yes}}}",
    ),
    ("option-fixed", "us.arm", "is no in every feasible state", BASE + "infeasible: [us.arm]"),
    (
        "value-never",
        "us.arm",
        "is full in no feasible state",
        prefers("[us.arm, us.sign]", "{arm: {values: [none, some, full]}, sign: Sign}") + "infeasible: [us.arm = full]",
    ),
    ("option-unused", "us.idle", "no preference, outcome", prefers("[us.arm]", "{arm: Arm, sign: Sign, idle: ''}")),
    (
        "irreversible-unused",
        "us.idle",
        "Irreversible option us.idle",
        prefers("[us.arm]", "{arm: Arm, sign: Sign, idle: {irreversible: forward}}"),
    ),
    (
        "no-preferences",
        "us.default",
        "Party us has no preferences",
        "decision_makers:\n  us: {options: [arm]}\n  ru: {options: [war], preferences: [us.arm, ru.war]}",
    ),
    ("all-tied", "us.default", "preference of us ties all", prefers("{utilities: [3, 3, 3, 3, 3, 3, 3, 3]}")),
    ("lenses-same", "us.strategic", "tactical and strategic", LENSES % ("[us.arm]", "{weights: {us.arm: 2}}")),
    (
        "lens-unused",
        "us.strategic",
        "No reading uses lens strategic of us",
        LENSES % ("[us.arm, ru.war]", "[ru.war, us.arm]") + "readings: {one: {us: tactical}}",
    ),
    (
        "readings-same",
        "two",
        "choose the same lenses",
        LENSES % ("[us.arm]", "[ru.war, us.arm]") + "readings: {one: {us: strategic}, two: {us: strategic}}",
    ),
    (
        "readings-same",
        "two",
        "rank all states alike",
        LENSES % ("[us.arm]", "{weights: {us.arm: 2}}") + "readings: {one: {us: tactical}, two: {us: strategic}}",
    ),
    (
        "any-order",
        "us.default",
        "In the preference of us, 2 statements may stand in any order",
        prefers("[{any_order: [us.arm, us.sign]}]"),
    ),
    (
        "infeasibility-idle",
        "b",
        "infeasibility a leaves out as much already",
        BASE + "infeasible: {a: us.arm and ru.war, b: us.arm and ru.war and us.sign}",
    ),
    (
        "infeasibility-idle",
        "a",
        "infeasibility b leaves out as much already",
        BASE + "infeasible: {a: us.arm and us.sign and not ru.sell, b: us.sign and us.arm}",
    ),
    (
        "infeasibility-idle",
        "c",
        "the other rules see to it already",
        BASE + "infeasible: {a: us.arm and us.sign, b: us.arm and not us.sign and ru.sell, c: us.arm and ru.sell}",
    ),
    ("infeasibility-idle", "x", "no combination of options is concerned", BASE + "infeasible: {x: never}"),
    (
        "infeasibility-idle",
        "a",
        "the list of feasible states leaves out as much",
        BASE + "infeasible: {a: us.arm and us.sign}\nfeasible: [[], [us.arm], [us.sign], [ru.war], [ru.sell]]",
    ),
    (
        "infeasibility-part-idle",
        "a",
        "In infeasibility a, 'us.arm and us.sign and ru.war' changes nothing: 'us.arm",
        BASE + "infeasible: {a: us.arm and us.sign or us.arm and us.sign and ru.war}",
    ),
    ("limit-idle", "l", "no combination of options", BASE + "limits: {l: {sum: [us.arm, us.sign], at_most: 2}}"),
    ("feasible-idle", "feasible", "The list of feasible states changes nothing", LONE + "feasible: [[], [us.arm]]"),
    (
        "blocked-idle",
        "b",
        "no state satisfies 'from'",
        BASE + "infeasible: [us.arm and us.sign]\nblocked_moves: {b: {by: ru, from: us.arm and us.sign}}",
    ),
    ("blocked-idle", "b", "no state satisfies 'to'", BASE + "blocked_moves: {b: {by: ru, to: us.arm and not us.arm}}"),
    ("blocked-idle", "b", "no such move anyway", BASE + "blocked_moves: {b: {by: ru, from: us.arm, to: not us.arm}}"),
    (
        "blocked-idle",
        "b",
        "the other rules",
        BASE + "blocked_moves: {a: {by: ru, from: us.arm}, b: {by: ru, from: us.arm and us.sign}}",
    ),
    ("force-idle", "f", "no combination of options", BASE + "forces: {f: {when: us.arm, set: {us.arm: yes}}}"),
    (
        "force-idle",
        "g",
        "the other rules see to it already",
        BASE + "forces: {f: {when: us.arm, set: {us.sign: yes}}, g: {when: us.arm and ru.war, set: {us.sign: yes}}}",
    ),
    (
        "force-dead-end",
        "f",
        "such as us.arm = yes from state 4 (ru.war), in what infeasibility x forbids",
        BASE + "forces: {f: {when: us.arm, set: {us.sign: yes}}}\ninfeasible: {x: us.sign and ru.war}",
    ),
    ("merge-idle", "m", "only one feasible", BASE + "merge: {m: us.arm and us.sign and ru.war and ru.sell}"),
    ("merge-idle", "m", "no feasible", BASE + "infeasible: [us.arm and us.sign]\nmerge: {m: us.arm and us.sign}"),
    ("never-moves", "ru", "it has no options", LONE + "  ru: {preferences: [us.arm]}"),
    (
        "never-moves",
        "ru",
        "no change of its options",
        LONE + "  ru: {options: [war], preferences: [us.arm, ru.war]}\nblocked_moves: [{by: ru}]",
    ),
    ("never-moves", "ru", "no move of it is listed", graph_form("{us: {a: b}}")),
    ("status-quo-missing", "", "add 'status_quo:'", BASE + "outcomes: {war: ru.war}"),
    ("one-state", "", "only one state", LONE + "infeasible: [us.arm]"),
    (
        "classes",
        "classes",
        "belong to no class, such as state 1",
        """
decision_makers:
  us: {options: [arm, sign], preferences: [us.arm, us.sign]}
outcomes: {armed: us.arm}
classes: [armed]
status_quo: []
""",
    ),
    (
        "hidden-veto",
        "x",
        "it keeps us from changing us.sign in 4 of 12 states, such as to yes in state 5 (ru.war), "
        "where ru.war = yes; if that is not meant, use a consequence (forces) or a preference.",
        BASE + "infeasible: {x: us.sign and ru.war}",
    ),
]
KINDS = sorted({kind for kind, *_ in CASES})


def found(text: str, kind: str) -> list[Warning_]:
    return [warning for warning in validate(loads(text)).warnings if warning.kind == kind]
