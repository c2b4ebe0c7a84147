"""Names of files: read from a part of an upload, made safe to keep, and offered with a download. Clients spell them in
many ways. Some send UTF-8 (RFC 7578, section 5.1.1), some GBK. Some send ``filename*`` (RFC 8187) with an encoded word
(RFC 2047) as a fallback, some a whole Windows path.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from shared.programme.values.writing import cleaned

LONGEST_NAME = 200
"""Characters of a name that is kept; a longer one loses its middle, never its ending."""

_LONGEST_ENDING = 16
_PARAMETER = re.compile(rb';[ \t]*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^;]*)')
_ESCAPED = re.compile(rb'\\(["\\])')
_ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[bq]\?[^?]*\?=", re.IGNORECASE)
_PLACE = re.compile(r".*[/\\]|^[A-Za-z]:", re.DOTALL)
_CHARSETS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii"), "utf-8"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "cp936"), "gb18030"),
    "big5": "big5",
    "iso-8859-1": "latin-1",
}
_BEYOND_ASCII = re.compile(r"[^ 0-9A-Za-z()._+-]")


def parameters(disposition: bytes) -> dict[str, bytes]:
    """The parameters of a Content-Disposition, without quotes and escapes, by their names in lower case. Of a repeated
    parameter the first counts."""
    values: dict[str, bytes] = {}
    for name, value in _PARAMETER.findall(disposition):
        plain = _ESCAPED.sub(rb"\1", value[1:-1]) if value.startswith(b'"') else value.strip()
        values.setdefault(name.decode("ascii").lower(), plain)
    return values


def name_sent(disposition: Mapping[str, bytes]) -> str | None:
    """The name that a part's parameters give its file: ``filename*`` where it can be read, else ``filename``; ``None``
    where the part is no file."""
    extended = _extended(disposition.get("filename*", b""))
    if extended is not None:
        return extended
    if "filename" not in disposition:
        return "" if "filename*" in disposition else None
    return _without_encoded_words(as_text(disposition["filename"]).replace("%22", '"'))


def _extended(value: bytes) -> str | None:
    """A value of RFC 8187 (``UTF-8'zh'%E8%AF%81.pdf``); ``None`` where it is none."""
    charset, _, rest = value.partition(b"'")
    _, quoted, text = rest.partition(b"'")
    return _decoded(unquote_to_bytes(text), charset.decode("latin-1")) if quoted else None


def as_text(value: bytes) -> str:
    """Text whose charset nobody names: UTF-8, or what Windows writes in China, or Latin-1, which fits always."""
    read = (_decoded(value, charset) for charset in ("utf-8", "gb18030"))
    return next((text for text in read if text is not None), value.decode("latin-1"))


def _without_encoded_words(text: str) -> str:
    """Mail programs write names as encoded words in forms, too, though no form is to (RFC 7578, section 4.2)."""
    if not _ENCODED_WORD.search(text):
        return text
    try:
        return "".join(_words(text))
    except HeaderParseError:
        return text


def _words(text: str) -> Iterator[str]:
    for word, charset in decode_header(text):
        if isinstance(word, str):
            yield word
        else:
            plain = _decoded(word, charset or "us-ascii")
            yield plain if plain is not None else word.decode("latin-1")


def _decoded(value: bytes, charset: str) -> str | None:
    try:
        return value.decode(_CHARSETS[charset.lower()])
    except (KeyError, UnicodeDecodeError):
        return None


def kept_name(sent: str) -> str:
    """A name as it is kept, without the sender's folders and without the trailing characters that Windows drops."""
    name = cleaned(_PLACE.sub("", sent)).rstrip(". ")
    if len(name) <= LONGEST_NAME:
        return name
    _, dot, ending = name.rpartition(".")
    kept = dot + ending if dot and len(ending) <= _LONGEST_ENDING else ""
    return cleaned(name[: LONGEST_NAME - len(kept)] + kept)


def offered(name: str) -> str:
    """The Content-Disposition of a download, to be kept and not shown (RFC 6266): the name in ASCII for old clients,
    and as it is. Names from before there was a rule are safe, too."""
    plain = "".join("_" if unicodedata.category(sign) in {"Cc", "Cf", "Cs"} else sign for sign in kept_name(name))
    plain = plain or "document"
    return f"attachment; filename=\"{_BEYOND_ASCII.sub('_', plain)}\"; filename*=UTF-8''{quote(plain, safe='')}"
