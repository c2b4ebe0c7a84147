"""Subscriptions of the public over HTTP: asked for and confirmed with the code that was sent; no login."""

# No postponed annotations here: FastAPI reads those of the endpoints where they stand.

import json
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.notify.aggregates.subscription import (
    SUBSCRIPTION,
    ChangeSecret,
    ConfirmSubscription,
    EndSubscription,
    Requested,
    RequestSubscription,
)
from services.notify.channels.webhook_signing import webhook_secret
from services.notify.notices.people import SUBSCRIBER
from services.notify.own import Notify
from shared.contracts.core import event_type
from shared.contracts.notify import Channel, SubscriptionConfirmed, WebhookSecretChanged
from shared.service.commands import CommandRoutes
from shared.service.http.command_document import json_body
from shared.service.http.openapi import security
from shared.service.http.requests import body_model, read_fields, read_json
from shared.service.http.routes import router
from shared.service.limits.strangers import BODY_LIMIT, PUBLIC
from shared.service.service import Service

_CHECKED = frozenset({"token_right"})
_GIVES_ONE = {event_type(SubscriptionConfirmed).name, event_type(WebhookSecretChanged).name}


def commands(service: Service) -> APIRouter:
    """Asking, confirming, ending."""

    async def subscription(command: RequestSubscription) -> RequestSubscription:
        return await service.own(Notify).handlers.subscription(command)

    async def ended(command: EndSubscription) -> EndSubscription:
        return await service.own(Notify).handlers.code(command)

    public = CommandRoutes(service, SUBSCRIPTION, prefix="/subscriptions", parameter="subscription_id")
    public.post(
        "",
        RequestSubscription,
        summary="Subscribe to a district, or to all; a code is sent to the address",
        prepare=subscription,
        looked_up=frozenset({"unusable", "unusable_zh", "division_known"}),
        opens=True,
        public=True,
    )
    public.post(
        "/{subscription_id}/end",
        EndSubscription,
        summary="End a subscription",
        prepare=ended,
        looked_up=_CHECKED,
        public=True,
    )
    for kind, (path, summary) in _WITH_A_SECRET.items():
        public.router.include_router(_with_a_secret(service, public, kind, path, summary))
    return public.router


_WITH_A_SECRET: Mapping[type[ConfirmSubscription | ChangeSecret], tuple[str, str]] = {
    ConfirmSubscription: (
        "confirmation",
        "Confirm a subscription with the code; a webhook's answer has the secret of its signatures, this once",
    ),
    ChangeSecret: (
        "secret",
        "Change a webhook's secret; the answer has the new one, this once, and the old one is used beside it for a day",
    ),
}


def _with_a_secret(
    service: Service, public: CommandRoutes, kind: type[ConfirmSubscription | ChangeSecret], path: str, summary: str
) -> APIRouter:
    """A route by which whoever has the code may be told a webhook's secret."""
    answering = router()
    model = body_model(kind, _CHECKED | {"subscription_id"})
    service.body_models.append(model)
    secret = {"webhook_secret": {"type": "string", "description": "Of a webhook's signatures, this once"}}

    @answering.post(
        f"/subscriptions/{{subscription_id}}/{path}",
        name=kind.__name__,
        summary=summary,
        openapi_extra=public.documented(
            {
                "requestBody": json_body(model),
                "security": security(public=True),
                "responses": public.answers(more=secret),
            }
        ),
    )
    async def answer(request: Request, subscription_id: str) -> JSONResponse:
        actor = await service.identity.anyone(request) or PUBLIC
        if actor is PUBLIC:
            await service.strangers.admit(request, kind.__name__, subscription_id)
        body = await read_json(request, BODY_LIMIT)
        fields = read_fields(model, body)
        context = await public.context(request, actor, body)
        command = kind(context=context, subscription_id=subscription_id, **fields)
        done = await public.execute(request, subscription_id, await service.own(Notify).handlers.code(command))
        return await _with_secret(service, subscription_id, done)

    return answering


async def _with_secret(service: Service, subscription_id: str, answer: JSONResponse) -> JSONResponse:
    """The answer with the webhook's secret, if a command gave it one. The code was sent to the endpoint itself, so
    whoever has it receives there."""
    document = json.loads(bytes(answer.body))
    state, _ = await service.runner.state(SUBSCRIPTION, subscription_id)
    gave_one = _GIVES_ONE & set(document["events"])
    if not gave_one or not isinstance(state, Requested) or state.request.channel is not Channel.WEBHOOK:
        return answer
    master = service.own(Notify).secret()
    document["webhook_secret"] = webhook_secret(master, f"{SUBSCRIBER}:{subscription_id}", state.secret)
    headers = {name: answer.headers[name] for name in ("etag", "juqu-seq")} | {"Cache-Control": "no-store"}
    return JSONResponse(document, answer.status_code, headers)
