"""Signing in as somebody of any office, not only of the demonstration's: what can be chosen, and who that is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from itertools import groupby

from deploy.local.issuer.people import AUDITOR, LEAD, OFFICER, OPERATOR, city, county, expert, unit
from shared.contracts.core import Actor
from shared.programme.divisions import PROGRAMME_START, authorities, counties
from shared.programme.values.uscc import Uscc, UsccError
from shared.programme.values.writing import cleaned, unplain

LONGEST_NAME = 60
_EXPERT = re.compile(r"[A-Za-z0-9._-]{1,60}")
_ALONE = {"officer": OFFICER, "lead": LEAD, "operator": OPERATOR, "auditor": AUDITOR}


class NobodyChosen(ValueError):
    """What was chosen is nobody; ``field`` is the one that is wrong (``uscc``, ``uscc-name``), and the messages say
    why."""

    def __init__(self, field: str, message_zh: str, message_en: str) -> None:
        super().__init__(message_en)
        self.field = field
        self.message_zh = message_zh
        self.message_en = message_en


@dataclass(frozen=True, slots=True)
class OfficeChoice:
    """An office to choose: what the form sends for it, and what it is called."""

    value: str
    name: str


@cache
def offices() -> tuple[tuple[str, tuple[OfficeChoice, ...]], ...]:
    """Every office that has one place in the list, under the heading it stands under."""
    of_the_province = (OfficeChoice("officer", "省科技厅 经办人"), OfficeChoice("lead", "省科技厅 负责人"))
    others = (OfficeChoice("operator", "运行维护"), OfficeChoice("auditor", "审计"))
    bureaus = [each for each in authorities(PROGRAMME_START) if not each.direct]
    by_prefecture = groupby(counties(), key=lambda each: each.prefecture)
    return (
        ("省", of_the_province),
        ("市（州）", tuple(OfficeChoice(f"city {each.code}", each.name) for each in bureaus)),
        *(
            (name, tuple(OfficeChoice(f"county {each.code}", each.name) for each in those))
            for name, those in by_prefecture
        ),
        ("其他", others),
    )


def chosen(form: Mapping[str, str]) -> Actor:
    """Whom a form chooses: an ``office`` of the list, or a key unit's ``uscc``, or an ``expert`` by id; each with a
    ``name``, or none for the usual one. Raises ``NobodyChosen``."""
    which = form_of(form)
    usual = {"uscc": _of_unit, "expert": _expert, "office": _of_office}[which](form.get(which, ""))
    return _called(usual, form.get("name", ""), f"{which}-name")


def form_of(form: Mapping[str, str]) -> str:
    """Which of the forms it is: the name of the field that says where somebody belongs."""
    return next((name for name in ("uscc", "expert") if name in form), "office")


def _of_office(value: str) -> Actor:
    known = {choice.value for _, choices in offices() for choice in choices}
    if value not in known:
        raise NobodyChosen("office", "请从列表中选择单位", "Choose an office of the list")
    kind, _, code = value.partition(" ")
    return {"city": city, "county": county}[kind](code) if code else _ALONE[kind]


def _of_unit(code: str) -> Actor:
    try:
        return unit(str(Uscc.parse(code)))
    except UsccError as error:
        raise NobodyChosen("uscc", error.message_zh, error.message_en) from None


def _expert(ident: str) -> Actor:
    if not _EXPERT.fullmatch(ident.strip()):
        raise NobodyChosen(
            "expert", "专家编号由字母、数字、点和连字符组成", "An expert's id has letters, digits, dots and hyphens"
        )
    return expert(ident.strip())


def _called(usual: Actor, name: str, field: str) -> Actor:
    """The usual person of an office, or somebody else there by their name: another person, hence another subject."""
    name = cleaned(name)
    if not name:
        return usual
    if unplain(name, line=True) or len(name) > LONGEST_NAME:
        raise NobodyChosen(
            field, f"姓名最多{LONGEST_NAME}个字，写在一行内", f"A name is one line of at most {LONGEST_NAME} characters"
        )
    return replace(usual, name=name, subject=f"{usual.subject}-{sha256(name.encode()).hexdigest()[:8]}")


__all__ = ["LONGEST_NAME", "NobodyChosen", "OfficeChoice", "chosen", "form_of", "offices"]
