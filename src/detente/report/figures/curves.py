"""Lines of figures: cubic pieces as path data, arrows at their ends, places on them for labels."""

from __future__ import annotations

from detente.report.figures.layered import Piece, Point

Pieces = tuple[Piece, ...]


def path_data(pieces: Pieces, stop: float = 0.0) -> str:
    """Return a curve as path data; it stops so far short of its end, where the arrow is."""
    (x, y), *_rest = pieces[0]
    words = [f"M{x:.1f} {y:.1f}"]
    for k, (_a, b, c, d) in enumerate(pieces):
        if k == len(pieces) - 1 and stop:
            d = (d[0] - stop * toward(pieces), d[1])
        words.append(f"C{b[0]:.1f} {b[1]:.1f} {c[0]:.1f} {c[1]:.1f} {d[0]:.1f} {d[1]:.1f}")
    return "".join(words)


def toward(pieces: Pieces) -> int:
    """Return the direction in which a curve comes to its end: 1 to the right, -1 to the left."""
    _a, _b, control, end = pieces[-1]
    return 1 if end[0] >= control[0] else -1


def tip(pieces: Pieces, size: float) -> str:
    """Return the arrow at the end of a curve as path data."""
    (x, y), side = pieces[-1][3], toward(pieces)
    back, half = x - side * (size + 1.5), size * 0.52
    return f"M{x - side:.1f} {y:.1f}L{back:.1f} {y - half:.1f}L{back:.1f} {y + half:.1f}Z"


def place_on(pieces: Pieces, share: float = 0.5) -> Point:
    """Return the place on a curve at a share of its length, counted by its pieces."""
    at = share * len(pieces)
    k = min(int(at), len(pieces) - 1)
    t = at - k
    a, b, c, d = pieces[k]
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    x, y = (sum(w * point[axis] for w, point in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
    return x, y


def turned(pieces: Pieces) -> Pieces:
    """Return a curve from its end to its start."""
    return tuple((d, c, b, a) for a, b, c, d in reversed(pieces))
