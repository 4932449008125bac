"""What must be true of every HTML page of this project: a strict reader of it."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "input", "br", "link"}
SHAPES = {"path", "rect", "line", "circle", "ellipse", "polygon", "polyline", "use", "stop", "animate"}
WORDS = {"title", "aria-label", "content"}
"""Attributes that hold words for people."""
ACTIVE = {"iframe", "object", "embed", "form", "base", "img", "audio", "video", "foreignobject", "set", "link", "image"}


class Page(HTMLParser):
    """Reads a page, and fails where elements do not close in order, or an id or an attribute comes twice."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = text
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.raw: dict[str, list[str]] = {"style": [], "script": []}
        self.ids: set[str] = set()
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            assert given["id"] not in self.ids, given["id"]
            assert re.fullmatch(r"\S+", given["id"])
            self.ids.add(given["id"])
        self.tags.append((tag, given))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open[-1] == tag, (self.open[-3:], tag)
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]].append(data)
        else:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of all elements with a tag."""
        return [given for name, given in self.tags if name == tag]

    @property
    def said(self) -> str:
        """All words, without those of scripts and styles."""
        return " ".join(" ".join(self.words).split())


def inert(page: Page) -> None:
    """Check that nothing in a page comes from elsewhere, goes elsewhere, or runs but the page's own script."""
    for tag, given in page.tags:
        assert tag not in ACTIVE, tag
        for name, value in given.items():
            assert not name.startswith("on"), (tag, name)
            assert name != "style", (tag, value)
            if name in ("href", "xlink:href", "src", "action", "formaction", "srcset"):
                assert value.startswith("#"), (tag, name, value)
            if name.startswith("xmlns"):
                assert value.startswith("http://www.w3.org/"), value
            elif name not in WORDS:
                assert "url(" not in value.lower() or value.startswith("url(#"), (tag, name, value)


def whole(text: str) -> Page:
    """Read a whole document, check what must be true of each, and return it."""
    page = Page(text)
    inert(page)
    assert text.startswith("<!DOCTYPE html>\n<html lang=")
    (policy,) = (given["content"] for given in page.all("meta") if given.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; ")
    for kind in ("style", "script"):
        (content,) = ["".join(page.raw[kind])]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert len(page.all(kind)) == 1
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"@import|@font-face|url\(", "".join(page.raw["style"]))
    assert not re.search(r"\b(fetch|XMLHttpRequest|eval|innerHTML|import)\b", "".join(page.raw["script"]))
    accessible(page)
    return page


def accessible(page: Page) -> None:
    """Check names, headings in order, table heads, and that every reference has its element."""
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    for tag, given in page.tags:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(given.get(name, "").split()) <= page.ids, given[name]
        if given.get("href", "").startswith("#"):
            assert given["href"][1:] in page.ids, given["href"]
        if tag == "th":
            assert given.get("scope") in ("col", "row", "rowgroup")
        if given.get("tabindex") == "0" and tag != "pre":
            assert given["role"] in ("region", "group")
            assert given["aria-label"]
        if tag == "svg":
            assert given["role"] == "img"
            assert given.get("aria-labelledby") or given.get("aria-label")
    for tag in ("main", "header", "footer"):
        assert len(page.all(tag)) == 1, tag
