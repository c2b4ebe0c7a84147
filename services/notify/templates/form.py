"""The form of a template: the words for one kind of event, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from shared.contracts.core import Event
from shared.contracts.notify import Language
from shared.programme.policy import Policy

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Items:
    """A list in a letter, numbered or not."""

    items: tuple[str, ...]
    numbered: bool = False


Text: TypeAlias = str | tuple[str | Items, ...]
"""A letter's words: one paragraph, or several and lists among them. Plain text: whoever shows it escapes it."""


@dataclass(frozen=True, slots=True)
class About:
    """What the words need besides the event: the district's name in their language, the part in the case of whoever
    reads them (``county``, ``endorser`` ...; empty for anybody), and the policy of the event's
    day, whose remedies a decision names."""

    place: str
    language: Language
    role: str
    law: Policy


Variables: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a template in one language.

    ``sms`` is a text with the names of the template's variables in braces, as it is filed with a provider.
    """

    subject: str
    text: Callable[[Any, About], Text]
    sms: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """``name`` and its versions are stored strings: other words or another look need a new ``version``. Other words of
    the short message need a new ``sms_version`` too, under which they are filed with providers. ``variables`` fill the
    short message. ``asks`` are the parts in the case that it asks for something: they are told how and where. An
    ``adverse`` one names the remedies."""

    name: str
    version: int
    sms_version: int
    cause: type[Event]
    words: Mapping[Language, Words]
    variables: Callable[[Any, About], Variables]
    asks: frozenset[str]
    adverse: Callable[[Any], bool]

    @property
    def ref(self) -> str:
        """``name@version``, as a delivery names it."""
        return f"{self.name}@{self.version}"

    def sms_key(self, language: Language) -> str:
        """``name@sms_version.language``, by which the short message is filed with providers."""
        return f"{self.name}@{self.sms_version}.{language}"


def template(
    name: str,
    cause: type[E],
    *,
    zh: str,
    zh_text: Callable[[E, About], Text],
    en: str,
    en_text: Callable[[E, About], Text],
    zh_sms: str = "",
    en_sms: str = "",
    variables: Callable[[E, About], Variables] = lambda _event, _about: {},
    asks: tuple[str, ...] = (),
    adverse: Callable[[E], bool] = lambda _event: False,
    version: int = 4,
    sms_version: int = 4,
) -> Template:
    """A template. Without a short message of its own, it says the district's name and the subject, and refers to the
    mail.

    Versions begin with 4. Version 1 is what was sent before there were templates; 2 had no colours for the dark; 3
    named neither its addressee nor whom to ask. A change of the look is a new version of every template, and of no
    short message.
    """

    def filled(event: E, about: About) -> Variables:
        return {"place": about.place} | dict(variables(event, about))

    return Template(
        name=name,
        version=version,
        sms_version=sms_version,
        cause=cause,
        words={
            Language.CHINESE: Words(subject=zh, text=zh_text, sms=zh_sms or "{place}：" + zh + "，详见邮件。"),
            Language.ENGLISH: Words(subject=en, text=en_text, sms=en_sms or "{place}: " + en + ". See the mail."),
        },
        variables=filled,
        asks=frozenset(asks),
        adverse=adverse,
    )
