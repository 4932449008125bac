"""What is said about a file with one mistake in it: exactly one message, at the place of the mistake."""

from __future__ import annotations

import pytest

from detente.errors import ModelError
from detente.graph.graph import Graph
from detente.language.load import loads

BASE = """title: T
decision_makers:
  us:
    options:
      strike: {values: [no, partial, full]}
      talk: Talk
    preferences: [us.talk]
  them:
    options: [arm, sue]
    preferences: [them.arm]
"""


def only(text: str) -> tuple[str, str]:
    """Return "line:column" and the sentence of the one problem of a model."""
    with pytest.raises(ModelError) as caught:
        _examine(text)
    (problem,) = caught.value.diagnostics
    return (f"{problem.mark.line}:{problem.mark.column}" if problem.mark else ""), problem.sentence()


def _examine(text: str) -> None:
    graph = Graph(loads(text, "m.yaml"))
    _ = graph.status_quo, graph.moves, graph.class_of, [graph.reading_ranks(r.id) for r in graph.conflict.readings]


# what is added to the model, place, words
ADDED = [
    # a formula that ends too early, or whose parenthesis stays open
    ("infeasible:\n  - >\n    us.talk and\n    them.arm or\nstatus_quo: []", "14:16", "early"),
    ("infeasible:\n  - 'us.talk and '\nstatus_quo: []", "12:17", "ends too early"),
    ("infeasible:\n  - us.talk and   # both\n  - them.arm", "12:16", "ends too early"),
    ("infeasible:\n  - us.talk and (them.arm or them.sue\nstatus_quo: []", "12:17", "this '(' is"),
    ("infeasible:\n  - us.talk) and them.arm\nstatus_quo: []", "12:12", "this ')' closes nothing"),
    # YAML: quotes and brackets that stay open
    ("infeasible:\n  - 'us.talk and them.arm\nstatus_quo: []", "12:5", "this quote (') is never closed"),
    ("infeasible: [us.talk\nstatus_quo: []\nclasses: []", "11:13", "this '[' is never closed"),
    ("status_quo: {us.talk: yes\nclasses: []", "11:13", "this '{' is never closed"),
    ("infeasible: [us.talk", "11:13", "this '[' is never closed"),
    ("coalitions: {c: {members: [us}}", "11:27", "this '[' is never closed"),
    ("infeasible: [us.talk,", "11:13", "this '[' is never closed"),
    ("coalitions: {c: [us, them]", "11:13", "this '{' is never closed"),
    ("because: so [it goes\ninfeasible: [us.talk,\n  them.arm,", "12:13", "this '[' is never closed"),
    ("status_quo: ['us.talk' 'them.arm']", "11:24", "unexpected \"'\" in the list or mapping"),
    # YAML: indentation, tabs, colons, tags
    ("infeasible\n  - us.talk\n", "11:1", "a ':' is missing in this line"),
    ("infeasible:\n  - us.talk\n    because: x", "12:3", "expected '- that: formula'"),
    ("infeasible:\n  - !us.talk", "12:5", "'!us.talk' is a tag of YAML, and tags are not allowed; expected 'not'"),
    ("infeasible:\n  - !(us.talk or them.arm)", "12:5", "expected 'not' in a formula"),
    # signs and words of other notations
    ("infeasible: [NOT us.talk]", "11:14", "unexpected 'NOT' in the formula; expected 'not' in lower case"),
    ("infeasible: [NOT (us.talk)]", "11:14", "expected 'not' in lower case"),
    ("infeasible: [us.talk AND them.arm]", "11:22", "expected 'and' in lower case"),
    ("infeasible: [us.talk OR them.arm]", "11:22", "expected 'or' in lower case"),
    ("infeasible: [us.strike > no]", "11:24", "expected '>=' with the next higher value"),
    ("infeasible: [us.strike < full]", "11:24", "expected '<=' with the next lower value"),
    ("infeasible: [us.strike != full]", "11:24", "expected 'not a.b = c'"),
    ("infeasible: [us.talk and !them.arm]", "11:26", "expected 'not'"),
    ("infeasible: [us.talk and + them.arm]", "11:26", "unexpected character '+' in the formula; expected an option"),
    ("infeasible: [us.talk + them.arm]", "11:22", "expected 'and' or 'or' (sums stand under 'limits:')"),
    ("infeasible: [us.talk - them.arm]", "11:22", "'-' in the formula; expected the end of the formula, '=', '>='"),
    ("infeasible: [(us.talk - them.arm)]", "11:23", "'-' in the formula; expected ',', '=', '>=' or '<=', ')'"),
    ("infeasible: [us.ta-lk]", "11:19", "expected '_': names have letters"),
    ("infeasible: [us.talk; them.arm]", "11:21", "expected 'and' or 'or', or one formula an item"),
    ("infeasible:\n  - us.talk ]", "12:13", "unexpected character ']' in the formula; expected ')'"),
    ("infeasible:\n  - us.talk 'or' them.arm", "12:13", "expected the formula without quotes"),
    ("infeasible: [us.strike ≥ full]", "11:24", "expected '>='"),
    ("infeasible: [us.strike ≤ full]", "11:24", "expected '<='"),
    ("infeasible: [us.strike =< full]", "11:24", "unexpected '=<' in the formula; expected '<='"),
    ("infeasible: [us.strike ≠ full]", "11:24", "expected 'not a.b = c'"),
    ("infeasible: [us.strike == full]", "11:25", "expected a single '='"),
    # words of the formula language where they do not belong
    ("infeasible: [us.talk or or them.arm]", "11:25", "'or' where a condition is expected"),
    ("infeasible: [and us.talk]", "11:14", "'and' where a condition is expected"),
    ("infeasible: [us.talk and (xor them.arm)]", "11:27", "'xor' where a condition is expected"),
    ("infeasible: [not or us.talk]", "11:18", "'or' where a condition is expected"),
    ("infeasible: [if us.talk]", "11:14", "'if' where a condition is expected; expected what follows first: 'B if A'"),
    ("infeasible: [if us.talk then them.arm]", "11:14", "expected 'them.arm if us.talk'"),
    ("infeasible: [if us.talk then if them.arm]", "11:14", "expected 'B if A' where B follows from A"),
    ("infeasible: [us.if]", "11:17", "'if' is a word of the formula language; expected another name"),
    ("infeasible: [us.talk and not.talk]", "11:26", "'not' is a word of the formula language; expected another name"),
    ("infeasible: [if = yes]", "11:14", "'if' is a word of the formula language; expected another name"),
    ("infeasible: [us.strike = or]", "11:26", "'or' is a word of the formula language; expected a value"),
    ("infeasible: [most of (us.talk)]", "11:14", "expected 'exactly', 'at least' or 'at most'"),
    # arrows
    ("infeasible: [us.talk => them.arm]", "11:22", "unexpected '=>' in the formula; expected 'them.arm if us.talk'"),
    ("infeasible: [us.talk and (us.talk) => them.arm]", "11:36", "expected 'them.arm if us.talk and (us.talk)'"),
    ("infeasible: [us.strike => full]", "11:24", "expected '>=' before a value, or 'full if us.strike'"),
    ("infeasible: [us.talk -> them.arm]", "11:22", "expected 'them.arm if us.talk'"),
    ("infeasible: [us.talk implies them.arm]", "11:22", "expected 'them.arm if us.talk'"),
    ("infeasible: [us.talk <=> them.arm]", "11:22", "unexpected '<=>' in the formula; expected 'iff'"),
    # layout: the '-' of a list
    ("infeasible:\n  - us.talk\n   - them.arm", "13:4", "this '-' is indented as a part of the text that begins"),
    ("infeasible:\n  - us.talk and\n   - them.arm\nstatus_quo: []", "13:4", "expected each '-' of a list right below"),
    ("infeasible:\n  - us.talk\n  - them.arm\n    - them.sue", "14:5", "begins in line 13"),
    ("infeasible:\n  - us.talk\n   - that: them.arm", "13:4", "this '-' is indented as a part of the text"),
    ("status_quo:\n - us.talk\n  - them.arm", "13:3", "this '-' is indented as a part of the text"),
    ("classes:\n - a\n  - b", "13:3", "this '-' is indented as a part of the text"),
    ("limits:\n  - sum:\n      - us.talk\n       - them.arm\n    at_most: 1", "14:8", "this '-' is indented"),
    ("infeasible:\n  -us.talk", "12:3", "a blank is missing after this '-'; expected '- item'"),
    ("infeasible:\n  -not us.talk\n  -us.talk", "12:3", "a blank is missing after this '-'"),
    ("infeasible:\n  - us.talk\n  -not them.arm", "13:3", "a blank is missing after this '-'"),
    ("infeasible:\n  -that: us.talk\n  -that: them.arm", "13:3", "a blank is missing after this '-'"),
    ("limits:\n  -sum: [us.talk]\n   at_most: 1", "12:3", "a blank is missing after this '-'"),
    ("status_quo:\n  -us.talk", "12:3", "a blank is missing after this '-'"),
    ("infeasible:\n  - us.talk\n  them.arm\n  - them.sue", "13:3", "a '-' is missing at the beginning of this line;"),
    ("infeasible:\n  - us.talk\n  them.arm\nstatus_quo: []", "13:3", "expected '- item' as in line 12"),
    ("infeasible:\n  - that: us.talk\n  that: them.arm", "13:3", "a '-' is missing at the beginning of this line"),
    ("infeasible:\n  us.talk\n  - them.arm", "12:3", "a '-' is missing before this item; expected '- item' as in line"),
    ("infeasible:\n- us.talk\nthem.arm", "13:1", "a '-' or a ':' is missing in this line"),
    ("status_quo:\n  us.talk: yes\n  - them.arm", "13:3", "begins an item of a list, but this line stands among keys"),
    ("forces:\n  - when: us.talk\n    - set: {us.talk: no}", "13:5", "'key: value' without '-', as in line 12"),
    # layout: a key without a value
    ("outcomes:\n  state:\n  war: them.arm", "12:3", "the key 'state' has no value; expected text"),
    ("status_quo:\n  us.talk:\n  them.arm: yes", "12:3", "the key 'us.talk' has no value"),
    # true and false
    ("infeasible:\n  - true", "12:5", "'true' is not a formula; expected 'always', which is true everywhere"),
    ("infeasible: [False]", "11:14", "'false' is not a formula; expected 'never', which is true nowhere"),
    ("infeasible: [{that: true}]", "11:21", "'true' is not a formula"),
    ("infeasible: [yes]", "11:14", "'yes' is not a formula; expected 'always'"),
    ("infeasible: [us.talk and true]", "11:26", "'true' is not a formula"),
    ("infeasible: [us.talk = true]", "11:24", "has no value 'true'; expected 'yes' or 'no'; did you mean 'yes'?"),
    ("status_quo: [us.talk = False]", "11:14", "has no value 'False'; expected 'yes' or 'no'; did you mean 'no'?"),
    ("infeasible: [us.talk = taken]", "11:24", "has no value 'taken'; expected 'yes' or 'no'"),
    ("infeasible: [us.strike = true]", "11:26", "has no value 'true'; expected one of no, partial, full"),
    ("status_quo: [us.talk: yes]", "11:14", "expected 'us.talk = yes'"),
    ("infeasible: [us.talk: yes]", "11:14", "expected 'us.talk = yes'"),
    ("status_quo: [strike = partial]", "11:14", "expected 'us.strike = partial'"),
    ("infeasible: [them.arm and strike >= full]", "11:27", "'us.strike >= full'"),
    ("outcomes: {war: them.arm, x: war = yes}", "11:30", "'war' is an outcome and has no values"),
    ("infeasible: [at least 1 of (us.talk, them.arm)]", "11:36", "cut at this comma; expected quotes"),
    # one mistake, one message
    ("limits: [{sum: [us.talk], at_most: much}]", "11:36", "'much' is not a number"),
    ("infeasible: [{that: us.talk an them.arm}]", "11:29", "unexpected 'an'"),
    ("forces: [{when: us.talk &, set: {us.talk: no}}]", "11:25", "expected 'and'"),
    ("infeasible: [{tht: us.talk}]", "11:15", "unknown key 'tht'; did you mean 'that'?"),
    ("infeasible: [{becuase: us.talk}]", "11:15", "unknown key 'becuase'; did you mean 'because'?"),
    ("forces: [{if: us.talk, then: {us.talk: no}}]", "11:11", "expected 'when' and 'set' for 'if' and 'then'"),
    ("limits: [{sum: [us.talk], atmost: 3}]", "11:27", "did you mean 'at_most'?"),
    ("coalitions: {c: [not]}", "11:18", "a word of the formula language"),
    ("outcomes: {war: them.arm and}\nclasses: [war]\ninfeasible: [war]", "11:29", "ends too early"),
    ("outcome: {war: them.arm}\ninfeasible: [war and us.talk]", "11:1", "did you mean 'outcomes'?"),
    # nothing is left: at a rule that is to blame, wherever it stands
    ("infeasible: [us.talk and them.arm]\nlimits:\n  - {sum: [us.talk], at_least: 5}", "13:5",
     "'limit: us.talk is at least 5' excludes everything, whatever the other restriction says"),
    ("infeasible: [us.talk, them.arm, not us.talk and not them.arm]", "11:33", "what the 2 other restrictions leave"),
    ("infeasible: [us.talk, always, them.arm]", "11:23", "'infeasible: always' excludes everything, whatever the 2"),
    ("infeasible: [us.talk]\nfeasible: [[us.talk]]", "11:14", "excludes what the other restriction leaves"),
    ("infeasible: [always]", "11:14", "'infeasible: always' excludes everything;"),
]  # fmt: skip

# what is replaced in the model, by what, what is added to it, place, words
CHANGED = [
    # a formula that ends too early, or whose parenthesis stays open
    ("[us.talk]", "\n      - us.talk and\n      - them.arm", "", "8:20", "ends too early"),
    # YAML: quotes and brackets that stay open
    ("title: T", 'title: "T', "", "1:8", 'this quote (") is never closed'),
    ("[arm, sue]", "[arm, sue", "", "9:14", "this '[' is never closed; expected ']'"),
    # YAML: indentation, tabs, colons, tags
    ("    options: [arm", "\toptions: [arm", "", "9:1", "not indented with tabs"),
    ("    options: [arm", "    \toptions: [arm", "", "9:5", "not indented with tabs"),
    ("    options: [arm", "     options: [arm", "", "10:5", "expected 5 (as in line 9) or 2 (as"),
    ("  them:", "   them:", "", "8:4", "by 3 blanks, which fits no line above"),
    ("  them:", " them:", "", "8:2", "by one blank, which fits no line above"),
    ("      talk", "     talk", "", "6:6", "expected 6 (as in line 5) or 4 (as in line 4)"),
    ("      talk", "       talk", "", "6:8", "expected 6 (as in line 5) or 4 (as in line 4)"),
    ("title: T", "title T", "", "1:1", "a ':' is missing in this line"),
    ("  them:", "  them", "", "8:3", "a ':' is missing in this line"),
    ("preferences: [them", "preferences [them", "", "10:5", "a ':' is missing in this line"),
    ("talk: Talk", "talk:Talk", "", "6:11", "a blank is missing after this ':'"),
    ("title: T", "title: T: U", "", "1:9", "a second ':' in this line; expected quotes"),
    ("title: T", "title: @T", "", "1:8", "'@' cannot begin a text; expected quotes"),
    ("[arm, sue]", "\n      - arm\n       - sue", "", "11:8", "this '-' is indented as a part of the text"),
    ("[us.talk]", "\n      - us.talk\n      us.strike\n      - them.arm", "", "9:7", "a '-' is missing"),
    ("[arm, sue]", "\n      arm: Arm\n      - sue", "", "11:7", "expected 'key: value' without '-', as in line 10"),
    ("  them:", "  state:\n  them:", "", "8:3", "the key 'state' has no value; expected a mapping"),
    ("[arm, sue]", "\n      - arm:\n      - sue", "", "10:9", "'arm' has no value; expected '- arm' without a ':'"),
    # signs and words of other notations
    ("[us.talk]", "[exactly 2 of (us.talk, them.arm, them.sue)]", "", "7:40", "cut at this comma"),
    # one mistake, one message
    ("preferences: [us", "statements: {P: us.talk and}\n    preferences: [P, us", "", "7:32", "early"),
    ("{values", "{irreversible: {direction: on}, values", "", "5:42", "unexpected 'on'"),
    ("[us.talk]", "{ranking: 3}", "", "7:28", "'3' stands where a list is expected"),
    ("[no, partial, full]", "[no]", "status_quo: [us.strike = full]", "5:24", "a list with 1 item;"),
    ("[no, partial, full]", "3", "status_quo: [us.strike = full]", "5:24", "'3' stands here"),
    ("[no, partial, full]", "[no, not]", "infeasible: [us.strike = x]", "5:29", "word of the"),
    ("[arm, sue]", "3", "", "9:14", "'3' stands here"),
    # no suggestion of a name that is an error itself
    ("strike:", "str ike:", "infeasible: [us.strike = full]", "5:7", "not an identifier"),
    ("arm, sue", "arm, not", "infeasible: [them.nott]", "9:20", "a word of the formula"),
    ("[us.talk]", "{becuase: x}", "", "7:19", "did you mean 'because'?"),
    ("preferences: [us.talk]", "lenses: {a: {refines: b}, b: {refines: c}, c: {refines: b}}", "", "7:44", "circle"),
    # items of a ranking
    ("[us.talk]", "{ranking: [1, 2, 3, 2]}", "", "7:38", "state 2 stands twice in the ranking"),
    ("[us.talk]", "{ranking: [war, [1, war]]}", "outcomes: {war: them.arm}", "7:38", "'war' stands twice"),
    ("[us.talk]", "{utilities: {0: 1}}", "", "7:31", "there is no state 0"),
    ("[us.talk]", "{ranking: [1, wor]}", "outcomes: {war: them.arm}", "7:32", "did you mean 'war'?"),
    ("title: T", "title: T\n  notes: N", "", "2:3", "below line 1, which has its value already"),
    ("them:", "them: 3\n  ru:", "infeasible: [them.arm]", "8:9", "'3' stands where a mapping is expected"),
    ("us:", "u s:", "infeasible: [us.strike]", "3:3", "not an identifier"),
    ("us:", "not:", "status_quo: {nott.strike: full}", "3:3", "a word of the formula language"),
    ("  them:", "  sky: {kind: nature, options: [rain]}\n  them:", "coalitions: {c: [skyy]}", "12:18", "of us, them"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "place", "words"), ADDED)
def test_one_mistake_in_what_is_added(more: str, place: str, words: str) -> None:
    found = only(BASE + more)
    assert found[0] == place, found
    assert words in found[1]


@pytest.mark.parametrize(("before", "after", "more", "place", "words"), CHANGED)
def test_one_mistake_in_what_is_there(before: str, after: str, more: str, place: str, words: str) -> None:
    assert before in BASE
    found = only(BASE.replace(before, after, 1) + more)
    assert found[0] == place, found
    assert words in found[1]


def test_no_decision_makers() -> None:
    assert only("decision_makers: {}\nstatus_quo: [us.a]") == (
        "1:18",
        "there are no decision makers; expected at least one",
    )


JSON = [
    ("", "1:1", "the model is empty"),
    ("{'title': 'x'}", "1:2", "single quotes; expected double quotes"),
    ('{"title": "x",}', "1:14", "a ',' after the last item"),
    ('{"title": ["x",\n]}', "1:15", "a ',' after the last item"),
    ('{"title": "x" "y": 1}', "1:15", "expected ',' or a closing bracket"),
    ('{"title" "x"}', "1:10", "expected ':' after the key"),
    ('{"title": }', "1:11", "expected a value"),
    ('{"title": "x', "1:11", "this text is never closed"),
    ("[" * 100_000, "", "nested too deeply"),
]


@pytest.mark.parametrize(("text", "place", "words"), JSON)
def test_json(text: str, place: str, words: str) -> None:
    with pytest.raises(ModelError) as caught:
        loads(text, "m.json", kind="json")
    (problem,) = caught.value.diagnostics
    assert (f"{problem.mark.line}:{problem.mark.column}" if problem.mark else "") == place
    assert words in problem.sentence()
