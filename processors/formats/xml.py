"""XML read safely, found by paths, and written again as HTML.

Rules: no DTD is loaded and no entity of a document's own is read (a declaration of one refuses the
record); nothing is fetched; nesting is bounded while reading. Named characters of HTML such as
``&nbsp;``, which NITF feeds use by their DTD, are read without it. Namespaces are not looked at:
elements go by their local names, as the feeds that leave a namespace out expect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from html import escape
from html.entities import html5
from typing import Any

# Both are used without DTD or entities: the handlers below refuse them.
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from processors.errors import BadRecord
from processors.formats.base import not_utf8
from processors.split import split_plain

__all__ = [
    "Element",
    "Paths",
    "decoded",
    "from_html_root",
    "paragraphs",
    "parse",
    "text_of",
    "to_html",
]

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ENCODINGS = frozenset(
    "utf-8 us-ascii ascii iso-8859-1 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 "
    "iso-8859-7 iso-8859-8 iso-8859-9 iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 "
    "windows-874 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 "
    "windows-1256 windows-1257 windows-1258 koi8-r koi8-u gb2312 gbk gb18030 big5 shift_jis euc-jp "
    "euc-kr".split()
)
_SPACE = re.compile(r"\s+")
_ATTRIBUTE = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)
_VOID = frozenset("br hr img source track area col wbr embed input meta link base param".split())


def decoded(value: bytes, charset: str) -> str:
    """The characters of an XML value, by ``charset`` or the encoding that it declares, else UTF-8.

    Raises ``BadRecord`` (``not-utf8``) for bytes that are not of that encoding, ``bad-encoding``
    for one that is not known.
    """
    value = value.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARED.match(value[:400].lstrip())
    name = charset or (declared.group(1).decode().lower() if declared else "utf-8")
    name = {"utf8": "utf-8", "latin1": "iso-8859-1"}.get(name, name)
    if name not in _ENCODINGS:
        raise BadRecord("bad-encoding", f"the XML says encoding {name!r}; send it as UTF-8")
    codec = name.replace("windows-", "cp")
    try:
        return value.decode(codec)
    except UnicodeDecodeError as error:
        if name == "utf-8":
            raise not_utf8(value, error) from None
        raise BadRecord(
            "not-utf8",
            f"the XML says encoding {name} and is not: byte 0x{value[error.start]:02x} at offset "
            f"{error.start} has no meaning in it",
        ) from None


def parse(source: str, max_depth: int) -> Element:
    """The root element. Raises ``BadRecord`` (``not-xml``, ``xml-entity``, ``too-deep``)."""
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > max_depth:
            raise BadRecord(
                "too-deep", f"the XML is nested deeper than {max_depth} levels (COPYDESK_MAX_DEPTH)"
            )
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        builder.start(name.rpartition(":")[2], plain)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name.rpartition(":")[2])

    def entity(name: str, parameter: bool) -> None:  # noqa: FBT001  # expat calls it by position
        if parameter or f"{name};" not in html5:
            raise BadRecord(
                "xml-entity", f"the XML uses the entity &{name};, which it does not declare"
            )
        builder.data(html5[f"{name};"])

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.SkippedEntityHandler = entity
    parser.EntityDeclHandler = _refuse_entities
    parser.ExternalEntityRefHandler = lambda *_: 1
    parser.UseForeignDTD(True)  # undeclared entities come to ``entity`` above
    try:
        parser.Parse(source, True)
        return builder.close()
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        raise BadRecord(
            "not-xml",
            f"the XML cannot be read: {what} at line {error.lineno}, column {error.offset + 1}",
        ) from None


def _refuse_entities(name: str, *_: object) -> None:
    raise BadRecord(
        "xml-entity", f"the XML declares an entity ({name}); entities are not read, write them out"
    )


class Paths(Mapping[str, list["Element | str"]]):
    """A document seen as a mapping from paths to what stands there.

    A path is element names with ``/`` between them, beginning below the root; ``@name`` at its end
    is an attribute, ``[@name=value]`` after a name picks elements. What is not there has no entry.
    """

    def __init__(self, root: Element) -> None:
        self.root = root

    def __getitem__(self, path: str) -> list[Element | str]:
        found = self._found(path)
        if not found:
            raise KeyError(path)
        return found

    def get(self, path: str, default: Any = None) -> Any:
        """See ``Mapping``: without an error for each path that is not there."""
        return self._found(path) or default

    def __iter__(self) -> Iterator[str]:
        return (child.tag for child in self.root)

    def __len__(self) -> int:
        return len(self.root)

    def _found(self, path: str) -> list[Element | str]:
        steps, attribute = _read(path)
        level = [self.root]
        for name, key, wanted in steps:
            level = [child for parent in level for child in parent if child.tag == name]
            if key:
                level = [each for each in level if each.get(key) == wanted]
            if not level:
                return []
        if not attribute:
            return [*level]
        return [value for each in level if (value := each.get(attribute)) is not None]


@lru_cache(1024)
def _read(path: str) -> tuple[tuple[tuple[str, str, str], ...], str]:
    """The steps of a path, each a name, an attribute and its value, and the attribute at its end.

    Paths are written in the formats: they are few.
    """
    steps, _, attribute = path.partition("/@") if "/@" in path else (path, "", "")
    if path.startswith("@"):
        steps, attribute = "", path[1:]
    read: list[tuple[str, str, str]] = []
    for step in filter(None, steps.split("/")):
        name, _, condition = step.partition("[@")
        key, _, wanted = condition.rstrip("]").partition("=")
        read.append((name, key, wanted))
    return tuple(read), attribute


def text_of(node: Element | str) -> str:
    """The text of an element and all in it, white space collapsed; of an attribute its value."""
    whole = node if isinstance(node, str) else "".join(node.itertext())
    return _SPACE.sub(" ", whole).strip()


def to_html(
    nodes: Iterable[Element],
    names: Mapping[str, str] | None = None,
    dropped: Collection[str] = (),
    write: Mapping[str, Callable[[Element], str]] | None = None,
) -> str:
    """Elements as HTML source. ``names`` translates their names ("" keeps only what they hold),
    ``dropped`` ones are left out with all in them, those of ``write`` are written by it.
    """
    parts: list[str] = []
    for node in nodes:
        if node.tag in dropped:
            pass
        elif write is not None and node.tag in write:
            parts.append(write[node.tag](node))
        else:
            name = node.tag if names is None else names.get(node.tag, "")
            inner = escape(node.text or "", quote=False) + to_html(node, names, dropped, write)
            parts.append(_element(name, node, inner) if name else inner)
        parts.append(escape(node.tail or "", quote=False))
    return "".join(parts)


def _element(name: str, node: Element, inner: str) -> str:
    attributes = "".join(
        f' {key}="{escape(value)}"'
        for key, value in node.items()
        if not key.startswith("xmlns") and _ATTRIBUTE.fullmatch(key)
    )
    return f"<{name}{attributes}>" if name in _VOID else f"<{name}{attributes}>{inner}</{name}>"


def from_html_root(root: Element) -> str:
    """The content of the body of an XHTML document, or of the root where it has none, as HTML."""
    body = next((each for each in root.iter("body")), root)
    return escape(body.text or "", quote=False) + to_html(body)


def paragraphs(text: str) -> str:
    """Plain text as HTML: the same paragraphs as a plain body would have."""
    return "".join(f"<p>{escape(span.text, quote=False)}</p>" for span in split_plain(text))
