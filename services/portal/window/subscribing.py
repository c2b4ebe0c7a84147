"""Being told by mail or SMS of what is public: asked for, confirmed with the code that was sent, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.frame.access import Anyone, AnyoneSends
from services.portal.frame.visitor import Visitor
from services.portal.frame.wording import Language
from services.portal.window.gate import let_in, stamp
from services.portal.window.register.asking import county_choices
from shared.service.command_id import as_uuid
from shared.service.http.routes import router

pages = router()
TOPICS = (
    ("publicity", "公示（可提出异议）", "Public notice, to which anybody may object"),
    ("designations", "批复设立", "Designations"),
    ("titles", "称号变动（保留、推荐、取消）", "What becomes of a title: kept, recommended, revoked"),
    ("applications", "申报受理", "Applications that are accepted"),
)
"""What there is to hear of, as notify names it."""
LANGUAGES: dict[Language, str] = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribePage:
    """The form to ask with; ``county`` is chosen already, where a district's page leads here."""

    county: str
    counties: Sequence[tuple[str, str]]
    topics: Sequence[tuple[str, str]]
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionPage:
    """The page to confirm or end a subscription at, with the code."""

    subscription_id: str
    confirmed: bool
    stamp: str


@pages.get("/subscribe", include_in_schema=False)
async def subscribe(
    request: Request, visitor: Anyone, county: Annotated[str, Query(pattern=r"^(\d{6})?$")] = ""
) -> Response:
    return _asking(request, visitor, county)


@pages.post("/subscribe", include_in_schema=False)
async def ask_for(request: Request, visitor: AnyoneSends) -> Response:
    if not await let_in(request, visitor, "subscription"):
        return _asking(request, visitor)
    names = ("channel", "address", "division", "topic")
    body = {name: visitor.form.text(name) for name in names} | {"language": LANGUAGES[visitor.language]}
    done = await _act(visitor, "/subscriptions", body)
    if done is None:
        return _asking(request, visitor)
    return visitor.go(f"/subscribe/{done['subscription_id']}", "验证码已发出。", "A code is on its way to you.")


@pages.get("/subscribe/find", include_in_schema=False)
async def find_subscription(
    request: Request, visitor: Anyone, number: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    known = as_uuid(number.strip())
    return visitor.go(f"/subscribe/{known}") if known else _asking(request, visitor)


@pages.get("/subscribe/{subscription_id}", include_in_schema=False)
async def subscription(
    request: Request, subscription_id: UUID, visitor: Anyone, *, confirmed: bool = False
) -> Response:
    return _subscription(request, visitor, str(subscription_id), confirmed=confirmed)


@pages.post("/subscribe/{subscription_id}/confirmation", include_in_schema=False)
async def confirm(request: Request, subscription_id: UUID, visitor: AnyoneSends) -> Response:
    ident = str(subscription_id)
    if not await _with_code(request, visitor, ident, "confirmation"):
        return _subscription(request, visitor, ident, confirmed=False)
    path = f"/subscribe/{ident}?confirmed=true"
    return visitor.go(path, "订阅成功。今后有新情况，将告知您。", "You are subscribed. You will be told what is new.")


@pages.post("/subscribe/{subscription_id}/end", include_in_schema=False)
async def end(request: Request, subscription_id: UUID, visitor: AnyoneSends) -> Response:
    ident = str(subscription_id)
    if not await _with_code(request, visitor, ident, "end"):
        return _subscription(request, visitor, ident, confirmed=True)
    return visitor.go("/subscribe", "已退订，不再发送。", "Your subscription has ended. Nothing more is sent.")


async def _with_code(request: Request, visitor: Visitor, ident: str, act: str) -> bool:
    if not await let_in(request, visitor, f"subscription-{act}", ident):
        return False
    done = await _act(visitor, within("subscriptions", ident, act), {"token": visitor.form.text("token")})
    return done is not None


async def _act(visitor: Visitor, path: str, body: dict[str, str]) -> dict[str, str] | None:
    """As the public, also where somebody is signed in: the limits of strangers hold for everybody here."""
    visitor.sender = replace(visitor.sender, token="")
    done = await visitor.act("notify", path, body)
    return done.body if done else None


def _asking(request: Request, visitor: Visitor, county: str = "") -> Response:
    topics = [(name, visitor.t(zh, en)) for name, zh, en in TOPICS]
    view = SubscribePage(county=county, counties=county_choices(), topics=topics, stamp=stamp(request))
    return visitor.page("window/subscribe.html", view)


def _subscription(request: Request, visitor: Visitor, ident: str, *, confirmed: bool) -> Response:
    view = SubscriptionPage(subscription_id=ident, confirmed=confirmed, stamp=stamp(request))
    page = visitor.page("window/subscription.html", view)
    page.headers["X-Robots-Tag"] = "noindex"
    return page


__all__ = ["TOPICS", "pages"]
