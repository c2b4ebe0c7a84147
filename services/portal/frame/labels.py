"""What the fields of a page are called, read from the page: the summary of what is wrong names them so."""

from __future__ import annotations

from html.parser import HTMLParser

_ASIDE = frozenset({"optional", "clause"})


def labels_of(page: str) -> dict[str, str]:
    """The label of each field by the field's id; the legend of each fieldset that has one."""
    reader = _Labels()
    reader.feed(page)
    return reader.found


class _Labels(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._fieldset = ""
        self._field = ""
        self._words: list[str] = []
        self._is_aside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "fieldset":
            self._fieldset = said.get("id", "")
        elif tag in {"label", "legend"}:
            self._field = said.get("for", "") if tag == "label" else self._fieldset
            self._words = []
        elif tag == "span":
            self._is_aside = said.get("class", "") in _ASIDE

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self._is_aside = False
        elif tag in {"label", "legend"} and self._field:
            self.found.setdefault(self._field, " ".join("".join(self._words).split()))
            self._field = ""

    def handle_data(self, data: str) -> None:
        if self._field and not self._is_aside:
            self._words.append(data)


__all__ = ["labels_of"]
