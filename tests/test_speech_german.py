"""What commands tell in German is as ``german.md`` has it; JSON and CSV are English whatever is told."""

import json
from pathlib import Path

import pytest
from docs import fill

PAGE = Path(__file__).with_name("german.md")


def test_what_is_told_in_german():
    """``PYTHONPATH=. python tests/test_speech_german.py`` fills the page in anew."""
    text = PAGE.read_text("utf-8")
    assert text.count("<!-- run") >= 10
    assert fill.stale(text, fill.filled(text)) == []


@pytest.mark.parametrize("command", ["brief chicken", "explain chicken --state 4", "durability shared_river"])
@pytest.mark.parametrize("form", ["json", "csv"])
def test_data_stay_english(command: str, form: str):
    plain = fill.run(f"detente {command} --format {form}")
    assert plain.status == 0
    assert fill.run(f"detente {command} --format {form} --lang de").output == plain.output
    assert fill.run(f"DETENTE_LANG=de detente {command} --format {form}").output == plain.output


def test_the_option_comes_before_the_environment():
    assert "Ausgangslage" in fill.run("DETENTE_LANG=de detente analyze chicken").output
    assert "status quo" in fill.run("DETENTE_LANG=de detente analyze chicken --lang en").output


@pytest.mark.parametrize("line", ["detente analyze chicken --lang fr", "DETENTE_LANG=fr detente check chicken"])
def test_an_unknown_language_is_refused_before_any_work(line: str):
    done = fill.run(line)
    assert done.status == 2
    assert done.output == ""
    assert done.messages == "detente: there is no language 'fr'; there are en, de\n"


def test_html_says_its_language():
    page = fill.run("detente brief chicken --format html --lang de").output
    assert '<html lang="de">' in page
    assert "Wer was will" in page
    assert "Who wants what" not in page


def test_what_is_written_for_programs_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Verdicts keep their words in JSON."""
    monkeypatch.chdir(tmp_path)
    found = json.loads(fill.run("detente check shared_river --format json --lang de").output)
    assert {claim["verdict"] for claim in found["claims"]} <= {"holds", "partly", "fails"}


if __name__ == "__main__":
    PAGE.write_text(fill.filled(PAGE.read_text("utf-8")), "utf-8")
