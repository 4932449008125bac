"""Words for LaTeX: nothing in them is a command, and no character stops pdfLaTeX, even where its fonts lack it."""

from __future__ import annotations

import re

from detente.report.writers.plain import clean, one_line

_COMMANDS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_\allowbreak{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    "\u00a0": "~",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "‘": r"\textquoteleft{}",
    "’": r"\textquoteright{}",
    "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}",
    "„": r"\quotedblbase{}",
    "‚": r"\quotesinglbase{}",
    "«": r"\guillemotleft{}",
    "»": r"\guillemotright{}",
    "‹": r"\guilsinglleft{}",
    "›": r"\guilsinglright{}",
    "…": r"\dots{}",
    "€": r"\texteuro{}",
    "•": r"\textbullet{}",
    "†": r"\textdagger{}",
    "‡": r"\textdaggerdbl{}",
    "‰": r"\textperthousand{}",
    "™": r"\texttrademark{}",
    "¬": r"\ensuremath{\neg}",
    "±": r"\ensuremath{\pm}",
    "×": r"\ensuremath{\times}",
    "÷": r"\ensuremath{\div}",
    "·": r"\ensuremath{\cdot}",
    "µ": r"\ensuremath{\mu}",
    "°": r"\ensuremath{^\circ}",
    "✓": r"\checkmark{}",
    "✗": r"\ensuremath{\times}",
    "◐": r"\ensuremath{\circ}",
    "○": r"\ensuremath{\circ}",
    "●": r"\ensuremath{\bullet}",
    "★": r"\ensuremath{\star}",
    "→": r"\ensuremath{\rightarrow}",
    "←": r"\ensuremath{\leftarrow}",
    "↔": r"\ensuremath{\leftrightarrow}",
    "↑": r"\ensuremath{\uparrow}",
    "↓": r"\ensuremath{\downarrow}",
    "⇒": r"\ensuremath{\Rightarrow}",
    "⇔": r"\ensuremath{\Leftrightarrow}",
    "≤": r"\ensuremath{\leq}",
    "≥": r"\ensuremath{\geq}",
    "≠": r"\ensuremath{\neq}",
    "≈": r"\ensuremath{\approx}",
    "≡": r"\ensuremath{\equiv}",
    "∼": r"\ensuremath{\sim}",
    "≻": r"\ensuremath{\succ}",
    "≺": r"\ensuremath{\prec}",
    "≽": r"\ensuremath{\succeq}",
    "≼": r"\ensuremath{\preceq}",
    "−": r"\ensuremath{-}",
    "∞": r"\ensuremath{\infty}",
    "∧": r"\ensuremath{\wedge}",
    "∨": r"\ensuremath{\vee}",
    "∈": r"\ensuremath{\in}",
    "∅": r"\ensuremath{\emptyset}",
}
"""Characters that are commands, or no letters of a font."""

_TOGETHER = re.compile(r"([-,'])(?=\1)")
"""Characters that become another beside their like."""

_LETTERS = frozenset(
    "¡£§©®¶¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ"
    "ĂăĄąĆćČčĎďĐđĘęĚěĞğİıĹĺĽľŁłŃńŇňŊŋŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽž"
)
"""Letters beyond ASCII that fonts of the encoding T1 have."""

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon",
    "ζ": "zeta", "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa",
    "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi",
    "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "varphi",
    "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma",
    "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
_SMALL = {sign: f"_{k}" for k, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")}
_SMALL |= {sign: f"^{k}" for k, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_SMALL |= {"⁺": "^+", "⁻": "^-", "₊": "_+", "₋": "_-", "ᵢ": "_i", "ⱼ": "_j", "ⁿ": "^n"}

LONGEST_WORD = 24
"""A longer word may be broken after so many letters, as there is no other place to break it."""
_LONG = re.compile(rf"[^\s_]{{{LONGEST_WORD}}}(?=[^\s_]{{4}})")
_BREAK = "\ue000"
"""Stands for a place to break until all is escaped; what comes from a model has none."""

MACROS = r"""\providecommand{\checkmark}{\ensuremath{\surd}}
\providecommand{\detentechar}[2]{%
  \ifdefined\directlua\char#1\relax\else\ifdefined\XeTeXversion\char#1\relax\else\texttt{U+#2}\fi\fi}
"""
"""What :func:`tex` uses: a letter that pdfLaTeX's fonts lack; LuaLaTeX and XeLaTeX set it where the font has it."""


def tex(words: str) -> str:
    """Return words as one line of LaTeX in which nothing is a command."""
    return _escaped(_LONG.sub(lambda found: found[0] + _BREAK, one_line(words).replace(_BREAK, "")))


def tex_lines(words: str) -> str:
    """Return words whose lines and blanks stay as they are."""
    lines = clean(words).replace("\t", "    ").replace(_BREAK, "").split("\n")
    return "\\\\\n".join("\\mbox{}" + _escaped(line).replace("  ", r" \ ") for line in lines)


def _escaped(line: str) -> str:
    return _TOGETHER.sub(r"\1{}", "".join(map(_character, line)))


def _character(c: str) -> str:
    if c == _BREAK:
        return r"\allowbreak{}"
    if c in _COMMANDS:
        return _COMMANDS[c]
    if " " <= c <= "~" or c in _LETTERS:
        return c
    if c in _GREEK:
        return rf"\ensuremath{{\{_GREEK[c]}}}"
    if c in _SMALL:
        return rf"\ensuremath{{{_SMALL[c]}}}"
    return rf"\detentechar{{{ord(c)}}}{{{ord(c):04X}}}"
