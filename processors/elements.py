"""The elements of HTML, by what they do to the text in them (HTML standard, 4 and 13.2.6)."""

from __future__ import annotations

#: Elements that hold one paragraph: a single line break inside them sets nothing apart.
PARAGRAPH = frozenset(
    "p h1 h2 h3 h4 h5 h6 li dt dd td th tr caption figcaption summary legend address".split()
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
CELLS = frozenset(("td", "th"))
LISTS = frozenset(("li", "dt", "dd"))
CLOSE_P = frozenset(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure "
    "footer header hgroup hr listing main menu nav ol p pre search section summary table ul li dt "
    "dd h1 h2 h3 h4 h5 h6".split()
)
BLOCKS = CLOSE_P | frozenset(
    "html head body td th tr tbody thead tfoot caption colgroup col legend optgroup option".split()
)
ROW = frozenset(("tr",))
TABLE_SCOPE = frozenset(("td", "th", "caption", "table"))
NO_SCOPE: frozenset[str] = frozenset()
#: Start tag -> the open elements that it ends, and those beyond which it ends none.
ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    **dict.fromkeys(CLOSE_P, (frozenset("p"), TABLE_SCOPE)),
    **dict.fromkeys(CELLS, (CELLS, frozenset(("tr", "table")))),
    "tr": (frozenset(("tr",)), frozenset(("table",))),
    **dict.fromkeys(
        ("tbody", "thead", "tfoot", "caption"),
        (frozenset(("tbody", "thead", "tfoot", "caption", "tr")), frozenset(("table",))),
    ),
}
LIST_ENDS = {
    "li": (frozenset(("li",)), frozenset(("ul", "ol", "menu", "dir")) | TABLE_SCOPE),
    **dict.fromkeys(("dt", "dd"), (frozenset(("dt", "dd")), frozenset(("dl",)) | TABLE_SCOPE)),
}
#: Elements that show something of their own: what holds one is not empty without its text.
MEDIA = frozenset("img picture source video audio track canvas map area hr".split())
VOID = frozenset("br wbr img source track area col hr".split())
NOT_CUT = frozenset(("html", "head", "body", "td", "th", "colgroup", "col"))
