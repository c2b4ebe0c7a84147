"""What an office wants to be told, by which channel, in which language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends
from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.words import Bilingual
from services.portal.frame.access import person, sending
from services.portal.frame.forms import SentForm
from services.portal.frame.navigation import OFFICES
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role
from shared.service.http.routes import router

pages = router()
Chooser = Annotated[Visitor, Depends(person(*OFFICES, Role.EXPERT, Role.OPERATOR))]
ChooserSends = Annotated[Visitor, Depends(sending(*OFFICES, Role.EXPERT, Role.OPERATOR))]
CHANNELS: Final = ("mail", "sms")


@dataclass(frozen=True, slots=True)
class ChosenKind:
    """A kind of notice: by which channels it comes, and by which it is wanted. ``statutory`` ones always come."""

    kind: str
    called: Bilingual
    statutory: bool
    comes_by: frozenset[str]
    wanted_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class PreferencePage:
    """The choices of an office."""

    owner: str
    language: str
    kinds: Sequence[ChosenKind]


@pages.get("/preferences", include_in_schema=False)
async def preferences(visitor: Chooser) -> Response:
    return await _page(visitor)


@pages.post("/preferences", include_in_schema=False)
async def choose(visitor: ChooserSends) -> Response:
    """Send what differs from what was chosen before, one command each."""
    chosen = await _chosen(visitor)
    path = within("preferences", chosen.owner)
    for below, body in _wishes(chosen, visitor.form):
        if not await visitor.act("notify", path + below, body, part=repr(body)):
            return await _page(visitor)
    return visitor.go("/preferences", "已保存。", "Saved.")


def _wishes(chosen: PreferencePage, form: SentForm) -> Iterator[tuple[str, dict[str, Any]]]:
    """The commands of a form: below which path each is sent, and its body."""
    language = form.text("language", chosen.language)
    if language != chosen.language:
        yield "/language", {"language": language}
    for kind, channel, on in changes(chosen, frozenset(form.texts("wanted"))):
        yield "", {"channel": channel, "kind": kind, "on": on}


def changes(chosen: PreferencePage, ticked: frozenset[str]) -> Iterator[tuple[str, str, bool]]:
    """What a form changes: kind, channel, and whether it is wanted. Boxes are named ``kind channel``."""
    for kind in chosen.kinds:
        if not kind.statutory:
            for channel in sorted(kind.comes_by):
                on = f"{kind.kind} {channel}" in ticked
                if on != (channel in kind.wanted_by):
                    yield kind.kind, channel, on


def preference_page(
    said: Mapping[str, Any], kinds: Sequence[Mapping[str, Any]], roles: frozenset[str]
) -> PreferencePage:
    """The choices among the kinds of notice that come to somebody in these parts of a case."""
    choices = {(choice["channel"], choice["kind"]): choice["on"] for choice in said["choices"]}

    def wanted(channel: str, kind: str) -> bool:
        return bool(choices.get((channel, kind), choices.get((channel, ""), True)))

    shown = []
    for kind in kinds:
        comes_by = frozenset(channel for channel in CHANNELS if roles & frozenset(kind[channel]))
        wants = frozenset(channel for channel in comes_by if wanted(channel, kind["kind"]))
        if comes_by:
            called = Bilingual(kind["subject"], kind["subject_en"])
            shown.append(ChosenKind(kind["kind"], called, kind["statutory"], comes_by, wants))
    return PreferencePage(said["owner"], said["language"], shown)


_PARTS: Final = {
    Role.COUNTY: ("county", "county-head"),
    Role.KEY_UNIT: ("key-unit",),
    Role.CITY: ("endorser",),
    Role.PROVINCE: ("province",),
    Role.PROVINCE_LEAD: ("province",),
    Role.EXPERT: ("expert", "experts"),
}


async def _chosen(visitor: Visitor) -> PreferencePage:
    assert visitor.actor is not None
    parts = frozenset(part for role in visitor.actor.roles for part in _PARTS.get(role, ()))
    said = await visitor.get("notify", "/preferences")
    return preference_page(said, await visitor.get("notify", "/kinds"), parts)


async def _page(visitor: Visitor) -> Response:
    return visitor.page("messages/preferences.html", await _chosen(visitor))


__all__ = ["PreferencePage", "changes", "pages", "preference_page"]
