"""The language in which answers are told: numbers, lists, quotation marks, and what is not looked up."""

import subprocess
import sys

import pytest

from detente.errors import UsageError
from detente.report import speech


def test_english_is_spoken_and_needs_no_catalogue():
    assert speech.language() == "en"
    assert speech._("{a} and no such message").format(a="one") == "one and no such message"
    assert [speech.ngettext("{n} way", "{n} ways", n).format(n=n) for n in (0, 1, 2)] == ["0 ways", "1 way", "2 ways"]
    assert speech.pgettext("verb", "moves") == "moves"
    assert speech.npgettext("verb", "moves", "move", 2) == "move"
    assert speech.N_("holds") == "holds"


def test_an_empty_message_stays_empty():
    """An empty msgid is the head of a catalogue."""
    with speech.speaking("de"):
        assert speech._("") == ""


def test_a_language_lasts_as_long_as_its_context():
    with speech.speaking("de"):
        assert speech.language() == "de"
        with speech.speaking("en"):
            assert speech.number(1234) == "1,234"
        assert speech.number(1234) == "1.234"
    assert speech.language() == "en"


def test_an_unknown_language_is_refused_with_those_there_are():
    with pytest.raises(UsageError, match="no language 'fr'; there are en, de"), speech.speaking("fr"):
        pass
    assert speech.language() == "en"


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "11,776; -11,776; 0.12; 1,234.5; 3; 35%; 34.5%; 100%; a; a and b; a, b or c; “x”"),
        ("de", "11.776; -11.776; 0,12; 1.234,5; 3; 35 %; 34,5 %; 100 %; a; a und b; a, b oder c; „x“"),
    ],
)
def test_numbers_lists_and_quotation_marks(lang, expected):
    with speech.speaking(lang):
        assert [
            speech.number(11776),
            speech.number(-11776),
            speech.decimal(0.125, 2),
            speech.decimal(1234.5, 1),
            speech.decimal(3.2, 0),
            speech.percent(0.3451),
            speech.percent(0.345, 1),
            speech.percent(1.0),
            speech.joined(["a"]),
            speech.joined(["a", "b"]),
            speech.joined(["a", "b", "c"], "or"),
            speech.quoted("x"),
        ] == expected.replace(" %", "\u00a0%").split("; ")


def test_braces_in_a_label_are_no_placeholders():
    assert speech.joined(["{last}", "{x}"]) == "{last} and {x}"
    assert speech.quoted("{words}{0}") == "“{words}{0}”"


def test_english_loads_neither_babel_nor_a_catalogue():
    words = (
        "import sys; from detente.report import speech as s; s._('a'); s.number(1); s.percent(1); s.joined('ab');"
        "print('babel' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
