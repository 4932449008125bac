"""Relations as a signed graph: parties by bloc, friendly and hostile ties with levels, strain marked."""

from __future__ import annotations

from collections.abc import Mapping

from detente.analysis.relations import RelationsResult, Tie
from detente.report.figures.curves import Pieces, path_data, place_on
from detente.report.figures.layered import Arrangement, Box, Line, arrange
from detente.report.figures.legend import Entry, legend
from detente.report.figures.svg import clean, colour, document, element, text, title, width, wrapped
from detente.report.speech import _, decimal, ngettext, number

ROOM = 130.0
SIZE, SMALL = 12.5, 11.0
LINE_HEIGHT = 15.0
LEAST_WIDTH = 440.0
SENTENCE = 640.0
HEAD = 26.0


def signed_graph_svg(found: RelationsResult, *, ident: str = "relations") -> str:
    """Return a web of relations as an ``svg`` element.

    Parties and outsiders stand in columns, one a bloc of the first division that fits best; each connected part of the
    web has a column or two. Below, the balance is said in a sentence.
    """
    names = {item.id: item.label for item in (*found.conflict.decision_makers, *found.conflict.outsiders)}
    blocs = found.web.blocs
    ties = {f"{place}": tie for place, tie in enumerate(found.ties) if tie.level}
    boxes, labels = [], {}
    for layer, bloc in enumerate(blocs):
        for node in bloc:
            lines = wrapped(names[node], SIZE, ROOM, 3)
            labels[node] = lines
            wide = max(width(line, SIZE) for line in lines)
            boxes.append(Box(node, wide + 24, LINE_HEIGHT * len(lines) + 18, layer))
    lines_of = {key: Line(*tie.relation.between, key) for key, tie in ties.items()}
    where = arrange(boxes, list(lines_of.values()), tallest=40, gap=150.0, widest=300.0, outer=True, between=26.0)
    said = balance_words(found)
    top = HEAD + where.height + 12
    wide = max(where.width, LEAST_WIDTH)
    notes = wrapped(said, SMALL + 1, min(SENTENCE, wide - 24), 6)
    below, high = legend(_entries(found), 12.0, wide - 12.0, top + 18 * len(notes) + 4)
    shift = (wide - where.width) / 2
    parts = [
        element(
            "g",
            *_heads(where, len(blocs)),
            *(_tie_line(found, ties[key], where.routes[line], names) for key, line in lines_of.items()),
            *(_node(node, labels[node], names[node], where) for node in labels),
            *_levels(ties, lines_of, where),
            transform=f"translate({shift:.1f} {HEAD:.0f})",
        ),
        *(text(12, top + 12 + 18 * row, line, SMALL + 1) for row, line in enumerate(notes)),
        element("g", *below, class_="legend"),
    ]
    name = found.conflict.title or _("Untitled conflict")
    heading = _("Relations: {title}").format(title=name)
    if found.at:
        heading = _("Relations at {date}: {title}").format(date=found.at, title=name)
    return document(ident, wide, high + 10, heading, description(found, names), parts, class_="signed-graph")


def balance_words(found: RelationsResult) -> str:
    """Return in a sentence whether the web is balanced, and where not, what is out of place."""
    web = found.web
    if not web.ties:
        return _("There are no ties.")
    if web.balanced:
        return _("The web is balanced: no cycle of ties has an odd number of hostile ones.")
    count = int(web.by_count.index)
    said = ngettext(
        "The web is not balanced: at least {n} of {all} ties would have to change sign or go.",
        "The web is not balanced: at least {n} of {all} ties would have to change sign or go.",
        count,
    ).format(n=number(count), all=number(len(web.ties)))
    ways = web.by_count.n_divisions
    if ways > 1:
        more = ngettext(
            "The blocs are the first of {n} divisions that fit as well.",
            "The blocs are the first of {n} divisions that fit as well.",
            ways,
        )
        said += " " + more.format(n=number(ways))
    return said


def description(found: RelationsResult, names: Mapping[str, str]) -> str:
    """Return the web in words, for who does not see it."""
    blocs = " | ".join(", ".join(names[node] for node in bloc) for bloc in found.web.blocs)
    ties = "; ".join(_tie_words(tie, names) for tie in found.ties)
    return _("Blocs: {blocs}. Ties: {ties}. {balance}").format(blocs=blocs, ties=ties, balance=balance_words(found))


def level_words(level: float) -> str:
    """Return a level with its sign: ``+0.8``, ``−1``."""
    shown = decimal(abs(level), 2).rstrip("0").rstrip(".,")
    return f"{'+' if level > 0 else '−' if level < 0 else ''}{shown}"


def _tie_words(tie: Tie, names: Mapping[str, str]) -> str:
    a, b = (names[node] for node in tie.relation.between)
    return f"{a} – {b} {level_words(tie.level)}"


def _heads(where: Arrangement, n_blocs: int) -> list[str]:
    if n_blocs < 2:
        return []
    parts = []
    for place, column in enumerate(where.columns, 1):
        middle = (column.left + column.right) / 2
        words = _("bloc {n}").format(n=number(place))
        parts.append(text(middle, -8, words, SMALL, anchor="middle", fill="muted"))
    return parts


def _tie_line(found: RelationsResult, tie: Tie, pieces: Pieces, names: Mapping[str, str]) -> str:
    friendly = tie.level > 0
    strain = found.strain(tie)[0]
    said = _tie_words(tie, names)
    if tie.relation.name:
        said = f"{tie.relation.name}: {said}"
    if strain == "every":
        said += " · " + _("under strain in every division that fits best")
    elif strain == "some":
        said += " · " + _("under strain in some divisions that fit best")
    data = path_data(pieces)
    parts = [title(said)]
    if strain != "none":
        parts.append(
            element("path", d=data, fill="none", stroke=colour("way"), stroke_width=11, stroke_linecap="round")
        )
    parts.append(
        element(
            "path",
            d=data,
            fill="none",
            stroke=colour("good" if friendly else "bad"),
            stroke_width=1.0 + 2.2 * abs(tie.level),
            stroke_dasharray=None if friendly else "7 4",
        )
    )
    kind = f"tie {'friendly' if friendly else 'hostile'}{'' if strain == 'none' else ' strained'}"
    a, b = tie.relation.between
    return element("g", *parts, class_=kind, data_from=a, data_to=b, data_relation=tie.relation.id)


def _levels(ties: Mapping[str, Tie], lines: Mapping[str, Line], where: Arrangement) -> list[str]:
    """Return the levels on their ties, each where it covers no other."""
    taken = [
        (x - box.width / 2, y - box.height / 2, x + box.width / 2, y + box.height / 2)
        for name, box in where.boxes.items()
        for x, y in (where.centres[name],)
    ]
    parts = []
    for key, tie in ties.items():
        words = level_words(tie.level)
        wide = width(words, SMALL, bold=True) + 8
        boxes = []
        for share in (0.5, 0.38, 0.62, 0.27, 0.73, 0.18, 0.82):
            x, y = place_on(where.routes[lines[key]], share)
            boxes.append((x - wide / 2, y - 8.5, x + wide / 2, y + 8.5))
        left, top, right, bottom = min(boxes, key=lambda box: sum(_overlap(box, other) for other in taken))
        taken.append((left, top, right, bottom))
        tone = "good" if tie.level > 0 else "bad"
        ground = element("rect", x=left, y=top, width=right - left, height=17, rx=3, fill=colour("surface"))
        parts += [ground, text((left + right) / 2, top + 12.5, words, SMALL, anchor="middle", fill=tone, bold=True)]
    return parts


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    across = min(a[2], b[2]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[1], b[1])
    return max(0.0, across) * max(0.0, down)


def _node(node: str, lines: list[str], name: str, where: Arrangement) -> str:
    box, (x, y) = where.boxes[node], where.centres[node]
    shape = element(
        "rect",
        x=x - box.width / 2,
        y=y - box.height / 2,
        width=box.width,
        height=box.height,
        rx=6,
        fill=colour("surface"),
        stroke=colour("ink"),
        stroke_width=1.2,
    )
    top = y - LINE_HEIGHT * len(lines) / 2 + 12
    words = [text(x, top + LINE_HEIGHT * row, line, SIZE, anchor="middle") for row, line in enumerate(lines)]
    return element("g", title(clean(name)), shape, *words, class_="node", data_node=node)


def _entries(found: RelationsResult) -> list[Entry]:
    levels = [tie.level for tie in found.ties]
    entries = []
    if any(level > 0 for level in levels):
        entries.append(Entry("line", _("friendly (+); thicker: stronger"), colour("good")))
    if any(level < 0 for level in levels):
        entries.append(Entry("line", _("hostile (−)"), colour("bad"), "7 4"))
    if any(found.strain(tie)[0] != "none" for tie in found.ties):
        entries.append(Entry("halo", _("under strain: out of place in a division that fits best")))
    return entries
