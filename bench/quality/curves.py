"""Pictures of accuracy over answers a task: SVG written here, one panel, points joined by lines. Pure."""

from collections.abc import Mapping, Sequence
from html import escape

Points = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT = 640, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 170, 34, 44
_COLOURS = ("#8a8f98", "#c98b2b", "#3b74b8", "#1c7c54", "#a33b3b", "#6b4fa0")


def drawn(title: str, lines: Mapping[str, Points], most: float = 10.0) -> str:
    """Return the SVG of lines by name, each a series of (answers a task, accuracy); a line of one point is a dot."""
    shown = {name: [point for point in points if point[0] <= most] for name, points in lines.items()}
    heights = [accuracy for points in shown.values() for _, accuracy in points]
    low, high = _floor(min(heights)), _floor(max(heights)) + 0.05
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="20" font-size="14" fill="#222222">{escape(title)}</text>',
        *_grid(low, high, most),
    ]
    for at, (name, points) in enumerate(shown.items()):
        colour = _COLOURS[at % len(_COLOURS)]
        placed = [(_x(answers, most), _y(accuracy, low, high)) for answers, accuracy in points]
        if len(placed) > 1:
            way = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
            parts.append(f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in placed]
        y = _TOP + 16 + 20 * at
        parts.append(f'<circle cx="{_WIDTH - _RIGHT + 18}" cy="{y - 4}" r="4" fill="{colour}"/>')
        parts.append(f'<text x="{_WIDTH - _RIGHT + 28}" y="{y}" fill="#222222">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _grid(low: float, high: float, most: float) -> list[str]:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    parts = []
    for step in range(round((high - low) / 0.05) + 1):
        accuracy = low + 0.05 * step
        y = _y(accuracy, low, high)
        parts.append(f'<line x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e4e6ea"/>')
        parts.append(
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#555555">{accuracy:.2f}</text>'
        )
    parts += [
        f'<text x="{_x(answers, most):.1f}" y="{bottom + 18}" text-anchor="middle" fill="#555555">{answers}</text>'
        for answers in range(int(most) + 1)
    ]
    middle = (_LEFT + right) / 2
    parts.append(
        f'<text x="{middle:.0f}" y="{_HEIGHT - 8}" text-anchor="middle" fill="#222222">answers a task</text>'
    )
    return parts


def _x(answers: float, most: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * answers / most


def _y(accuracy: float, low: float, high: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * (accuracy - low) / (high - low)


def _floor(accuracy: float) -> float:
    return int(accuracy * 20) / 20
