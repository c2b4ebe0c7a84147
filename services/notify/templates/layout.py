"""How a letter looks around its words: as plain text and as HTML. Pure; everything that is shown is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from uuid import UUID

from services.notify.templates.form import Items, Text
from services.notify.templates.phrases import day
from shared.contracts.notify import Language

SENDERS = {
    Language.CHINESE: "吉林省科学技术厅",
    Language.ENGLISH: "Department of Science and Technology of Jilin Province",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What a letter says besides its words: to whom, of which day, and the case and record that it rests on.

    ``to`` is the office that it is addressed to and ``name`` its person, either may be empty. ``at`` is when its event
    was recorded, ``cause_term`` what the programme calls the event. ``rule`` is ``name@version``. ``unsubscribe_url``
    is empty for what cannot be unsubscribed.
    """

    to: str
    name: str
    on: date
    at: datetime
    case_id: str
    cause_type: str
    cause_term: str
    cause_seq: int
    cause_id: UUID
    rule: str
    unsubscribe_url: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """A letter in one language: its subject, and its words from the greeting's end to the signature."""

    language: Language
    subject: str
    text: Text


def blocks(text: Text) -> tuple[str | Items, ...]:
    """The paragraphs and lists of a letter that say something."""
    parts = (text,) if isinstance(text, str) else text
    return tuple(part for part in parts if (part.items if isinstance(part, Items) else part.strip()))


def plain(text: Text) -> str:
    """The words as plain text."""
    return "\n".join("\n".join(_lines(part)) for part in blocks(text))


def _lines(part: str | Items) -> list[str]:
    if isinstance(part, str):
        return [part]
    marks = (f"{number}." if part.numbered else "·" for number in range(1, len(part.items) + 1))
    return [f"  {mark} {item}" for mark, item in zip(marks, part.items, strict=True)]


def grounds(head: Letterhead, language: Language) -> list[str]:
    """The lines below a letter: by what it can be found again."""
    if language is Language.ENGLISH:
        case = [f"Case: {head.case_id}"] if head.case_id else []
        return [*case, f"Record: no. {head.cause_seq} ({head.cause_id})"]
    case = [f"申报编号：{head.case_id}"] if head.case_id else []
    return [*case, f"依据：{head.cause_term}（第 {head.cause_seq} 号记录，{head.cause_id}）"]


def greeting(head: Letterhead, language: Language) -> tuple[str, ...]:
    """The office that a letter is addressed to (主送), and how it greets its reader."""
    if language is Language.ENGLISH:
        return *((f"To: {head.to}",) if head.to else ()), f"Dear {head.name or 'Sir or Madam'},"
    return *((f"主送：{head.to}",) if head.to else ()), f"{head.name}，您好：" if head.name else "您好："


def letter(articles: Sequence[Article], head: Letterhead) -> str:
    """A mail's plain text, in one language or in several, one below the other."""
    return "\n".join(_letter(article, head) for article in articles)


def _letter(article: Article, head: Letterhead) -> str:
    language = article.language
    below = grounds(head, language)
    if head.unsubscribe_url:
        below.append(f"{_UNSUBSCRIBE[language]}{_COLON[language]}{head.unsubscribe_url}")
    return (
        "\n".join(greeting(head, language))
        + f"\n\n{plain(article.text)}\n\n{SENDERS[language]}\n{day(head.on, language)}\n\n——\n"
        + "".join(f"{line}\n" for line in below)
    )


_UNSUBSCRIBE = {Language.CHINESE: "退订", Language.ENGLISH: "Unsubscribe"}
_COLON = {Language.CHINESE: "：", Language.ENGLISH: ": "}
_PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
<style>
:root{{color-scheme:light dark;}}
@media (prefers-color-scheme:dark){{
body{{background-color:#1b1b1b!important;color:#ececec!important;}}
.head{{color:#ff9b90!important;border-color:#ff9b90!important;}}
.below,.below a{{color:#b8b8b8!important;border-color:#8a8a8a!important;}}
}}
</style>
</head>
<body style="margin:0;padding:0;background-color:#ffffff;color:#1a1a1a;">
{articles}
</body>
</html>
"""
_ARTICLE = """\
<div role="article" lang="{language}" style="max-width:38em;margin:0 auto;padding:24px 16px;\
font-family:'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',Arial,sans-serif;font-size:16px;line-height:1.7;">
<p class="head" style="margin:0 0 8px;padding:0 0 8px;border-bottom:2px solid #8c1c13;color:#8c1c13;">{sender}</p>
<h1 style="margin:16px 0;font-size:20px;line-height:1.4;">{subject}</h1>
{words}
<p style="margin:24px 0 0;">{sender}<br>{day}</p>
<p class="below" style="margin:24px 0 0;padding:8px 0 0;border-top:1px solid #767676;color:#545454;font-size:13px;\
overflow-wrap:anywhere;">{below}</p>
</div>"""
_PARAGRAPH = '<p style="margin:0 0 12px;overflow-wrap:anywhere;">{}</p>'


def page(subject: str, articles: Sequence[Article], head: Letterhead) -> str:
    """A mail's HTML: one column, nothing fetched from elsewhere, each article marked with its language. Its styles are
    inline, for programs that read no others, except the colours for the dark."""
    return _PAGE.format(
        language=articles[0].language.value,
        subject=_escaped(subject),
        articles="\n".join(_article(article, head) for article in articles),
    )


def _article(article: Article, head: Letterhead) -> str:
    language = article.language
    words = [_PARAGRAPH.format(_escaped(line)) for line in greeting(head, language)]
    words += [_marked(part) for part in blocks(article.text)]
    below = [_escaped(line) for line in grounds(head, language)]
    if head.unsubscribe_url:
        below.append(f'<a href="{escape(head.unsubscribe_url)}" style="color:#545454;">{_UNSUBSCRIBE[language]}</a>')
    return _ARTICLE.format(
        language=language.value,
        subject=_escaped(article.subject),
        sender=_escaped(SENDERS[language]),
        day=_escaped(day(head.on, language)),
        words="\n".join(words),
        below="<br>\n".join(below),
    )


def _marked(part: str | Items) -> str:
    if isinstance(part, str):
        return _PARAGRAPH.format(_escaped(part))
    tag = "ol" if part.numbered else "ul"
    items = "\n".join(f"<li>{_escaped(item)}</li>" for item in part.items)
    return f'<{tag} style="margin:0 0 12px;padding:0 0 0 1.5em;overflow-wrap:anywhere;">\n{items}\n</{tag}>'


def _escaped(text: str) -> str:
    return escape(text).replace("\n", "<br>")
