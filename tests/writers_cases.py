"""Reports that writers are tested with: one in which every word is hostile, and what is in it."""

from __future__ import annotations

from dataclasses import replace

from detente.report.parts import (
    Code,
    Document,
    Figure,
    Fold,
    Grid,
    Heading,
    Line,
    Part,
    Section,
    Tableau,
    TableauMark,
    TableauRow,
    TableauState,
)

HOSTILE = (
    r"\input{/etc/passwd} \write18{touch x} \end{document} $x^2$ 100% #1 & _ ~ ^ {un",
    "``--''--- ,, << >> ?` !` \" [x] *y* **z** __u__",
    "* star",
    "[bracket] (a) [^1] @cite [[wiki]]",
    "- one\n\n# two\n1. three\n> four\n\tfive",
    "<script>alert(1)</script> <b>x</b> &amp; &lt; <!-- --> <x@y.zz>",
    "a | b \\| c `code` ``x`` ![i](http://x.yy/z.png) [l](javascript:alert) [r][s]",
    "www.evil.com https://evil.com mailto:a@b.cc http://x :smile: ~~gone~~ H~2~O",
    "=1+1",
    "+2",
    "-3",
    "@SUM(A1)",
    "=HYPERLINK(\"http://x\")|cmd|' /C calc'!A0",
    "\x00\x07\x1b[31m\u202e\ufffe \x85 \u2028",
    "_x0041_ #N/A TRUE",
    "ĀЖ中 ß é α₁ → ✓ ● ≥ 😀 \u00a0 „q“ “q” – …",
    "A" * 120,
    "_".join(["abc"] * 40),
    "%",
    "\\",
    "```\n~~~\n```",
    "1) x",
    "(iv) y",
    "a. z",
    "{{7*7}} {% x %} #{y} ${z}",
    ": definition",
    "[bracket]",
)

ILL_FIGURE = Figure(
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><title>t</title><desc>d</desc>'
    '<rect x="1" y="1" width="9" height="9" fill="var(--fig-ink, #1b1f24)"/></svg>\n',
    HOSTILE[0],
    HOSTILE[5],
    "../../x y",
    HOSTILE[6],
)


def hostile_parts() -> tuple[Part, ...]:
    """Return parts of every kind, in which all words are hostile."""
    parts: list[Part] = []
    for words in HOSTILE:
        parts += [
            Heading(words),
            Line(words),
            Line(words, point=True),
            Line(words, strong=True),
            Line(words, quiet=True, apart=True),
            Code(words, words),
            Fold(words, (Line(words), Fold(words, (Heading(words, 3),)))),
        ]
    kinds = ("words", "number", "share", "mark", "verdict", "ids")
    rows = tuple((words, 3, 0.25, True, "holds", ("P1", words)) for words in HOSTILE)
    parts.append(Grid(("a|b", "=n", "share", "mark", "verdict", "ids"), rows, frozenset({1}), HOSTILE[0], kinds))
    parts.append(Grid(("", ""), tuple((words, words) for words in HOSTILE)))
    parts.append(Grid(("x", "y"), ()))
    states = tuple(
        TableauState(
            f"{k} {words}", k, ("Y", "N") * (len(HOSTILE) // 2) + ("-",), frozenset({0}), (words,), k == 3, words
        )
        for k, words in enumerate(HOSTILE, 1)
    )
    options = tuple(TableauRow(words, words) for words in HOSTILE)
    parts.append(Tableau(options, states, (TableauMark("r", "seq", HOSTILE[6]),), HOSTILE[8]))
    return (*parts, ILL_FIGURE, ILL_FIGURE, replace(ILL_FIGURE, caption=""))


def hostile(language: str = "en") -> Document:
    """Return a report with every kind of part; all of its words are hostile."""
    sections = [Section(f"s{k}", words, (Line(words),), words) for k, words in enumerate(HOSTILE)]
    sections[0] = Section("s0", HOSTILE[0], hostile_parts(), HOSTILE[6])
    facts = tuple((words, words) for words in HOSTILE)
    return Document(HOSTILE[4], tuple(sections), HOSTILE[1], language, facts)
