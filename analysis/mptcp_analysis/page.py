# SPDX-License-Identifier: GPL-2.0-only
"""
Parts of HTML pages that stand alone: figures as SVG in the page, no script, no font, no address to fetch
anything from. They read well on a phone: what is wider than the screen scrolls by itself.
"""

from __future__ import annotations

import base64
import html
import io
import math
from collections.abc import Iterable, Sequence

import matplotlib
from matplotlib.figure import Figure
from matplotlib.text import Text

from . import style

#: smaller ones are hard to read on a phone
LETTERS_PX = 9.0
POINTS_PER_INCH = 72.0

_STYLE = """
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: #fff; color: #1a1a1a;
  font: 1rem/1.5 system-ui, "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
figure { margin: 1rem 0; }
figure img { display: block; width: 100%; height: auto; }
figcaption, .note { color: #555; font-size: 0.9rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; white-space: nowrap; }
pre { overflow-x: auto; background: #f4f4f4; padding: 0.75rem; font-size: 0.85rem; }
code { white-space: nowrap; }
.warning { border-left: 4px solid #D55E00; padding: 0.25rem 0.75rem; background: #fdf1ea; }
"""


def whole(title: str, body: str) -> str:
    """The page around its body, which is HTML; the title is text."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        "</body>\n</html>\n"
    )


def picture(figure: Figure, alternative: str) -> str:
    """As wide as the page, or so much wider, scrolling by itself, that its smallest letters can be read."""
    address = image(figure)  # which also gives the axes their letters
    least = math.ceil(figure.get_size_inches()[0] * POINTS_PER_INCH * LETTERS_PX / _smallest_letters(figure))
    shown = f'src="{address}" style="min-width: {least}px" alt="{html.escape(alternative)}"'
    return f'<div class="wide"><img {shown}></div>'


def _smallest_letters(figure: Figure) -> float:
    """In points."""
    texts = figure.findobj(Text)
    return min((float(one.get_fontsize()) for one in texts if one.get_visible() and one.get_text()), default=LETTERS_PX)


def image(figure: Figure) -> str:
    """Letters as outlines: no font has to be there."""
    out = io.BytesIO()
    with matplotlib.rc_context({**style.settings(), "svg.fonttype": "path"}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return f"data:image/svg+xml;base64,{base64.b64encode(out.getvalue()).decode()}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = 0) -> str:
    """The last columns may be numbers; they are set flush right."""

    def cells(tag: str, texts: Sequence[str]) -> str:
        first = len(texts) - numbers
        kinds = ['' if index < first else ' class="number"' for index in range(len(texts))]
        return "".join(f"<{tag}{kind}>{html.escape(text)}</{tag}>" for kind, text in zip(kinds, texts))

    head = f"<thead><tr>{cells('th', header)}</tr></thead>" if header else ""
    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f'<div class="wide"><table>{head}<tbody>{body}</tbody></table></div>'
