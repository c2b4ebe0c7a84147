"""Unsubscribing with one click (RFC 8058): no login, no cookie, no second question for whoever posts."""

# No postponed annotations here: FastAPI reads those of the endpoints where they stand.

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.notify.aggregates.delivery.state import Blank
from services.notify.aggregates.preference import PREFERENCE, SetPreference
from services.notify.aggregates.subscription import SUBSCRIPTION, EndSubscription
from services.notify.codes import unsubscribed_delivery
from services.notify.own import Notify
from services.notify.sending.journal import Journal
from shared.contracts.core import Actor, Context
from shared.contracts.notify import DeliveryRequested
from shared.programme.values.personal import ERASED
from shared.service import contexts
from shared.service.http.openapi import problems
from shared.service.http.problems import Problem
from shared.service.http.requests import read_body
from shared.service.http.routes import router
from shared.service.limits.strangers import PUBLIC
from shared.service.service import Service

BODY_LIMIT = 1024
_ONE_CLICK = {
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {"type": "object", "properties": {"List-Unsubscribe": {"const": "One-Click"}}}
        }
    }
}
_SUBSCRIBER = "subscriber:"
_ASK = """<p>点击按钮后，本地址不再收到此类通知。</p>
<p lang="en">Press the button to get no more notices of this kind at this address.</p>
<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">
<button type="submit">退订 Unsubscribe</button></form>"""
_DONE = """<p>已退订。</p>
<p lang="en">You are unsubscribed.</p>"""
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "X-Frame-Options": "DENY",
}


def routes(service: Service) -> APIRouter:
    """The page with the button, and what its button and mail programs post to."""
    asking = router()

    @asking.get(
        "/u/{token}",
        summary="A page that asks whether to unsubscribe",
        response_class=HTMLResponse,
        responses=problems(429),
    )
    async def ask(request: Request, token: str) -> HTMLResponse:
        await _notice(service, request, token)
        return _page(_ASK)

    @asking.post(
        "/u/{token}",
        summary="Unsubscribe with one click (RFC 8058)",
        response_class=HTMLResponse,
        openapi_extra={"requestBody": _ONE_CLICK},
    )
    async def unsubscribe(request: Request, token: str) -> HTMLResponse:
        await read_body(request, BODY_LIMIT)
        notice = await _notice(service, request, token)
        if notice.recipient != ERASED:
            await _end(service, request, notice)
        return _page(_DONE)

    return asking


async def _notice(service: Service, request: Request, token: str) -> DeliveryRequested:
    """The notice whose recipient has this code. Raises ``Problem`` 404, also for what cannot be unsubscribed. Raises
    429 for whoever guesses: mailbox providers ask for many people from one address, but their codes are right."""
    delivery_id = unsubscribed_delivery(service.own(Notify).secret(), token)
    state = (await Journal(service, delivery_id).load()).state if delivery_id else Blank()
    if isinstance(state, Blank) or not state.notice.unsubscribe_url:
        await service.strangers.admit(request, "unsubscribe")
        raise Problem(
            HTTPStatus.NOT_FOUND, "unsubscription-is-known", "There is nothing to unsubscribe here", title_zh="无可退订"
        )
    return state.notice


async def _end(service: Service, request: Request, notice: DeliveryRequested) -> None:
    subscriber = notice.recipient.startswith(_SUBSCRIBER)
    context = await _context(service, request, PUBLIC if subscriber else contexts.system_actor(service.name))
    if subscriber:
        ident = notice.recipient.removeprefix(_SUBSCRIBER)
        end = EndSubscription(context=context, subscription_id=ident, reason="one click", token_right=True)
        await service.runner.execute(SUBSCRIPTION, ident, end)
        return
    off = SetPreference(context=context, owner=notice.recipient, channel=notice.channel, kind=notice.rule, on=False)
    await service.runner.execute(PREFERENCE, notice.recipient, off)


async def _context(service: Service, request: Request, actor: Actor) -> Context:
    now = await service.clock.now()
    return contexts.of_today(actor, now, correlation_id=request.state.correlation_id)


def _page(content: str) -> HTMLResponse:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>退订 Unsubscribe</title>'
    style = "<style>body{font:1rem/1.6 sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem}</style>"
    return HTMLResponse(
        f'<!doctype html><html lang="zh-CN"><head>{head}{style}</head><body><h1>退订</h1>{content}</body></html>',
        headers=_HEADERS,
    )
