"""Delivery receipts over HTTP, as SMS providers push them: no login, but a path that only the provider was given."""

# No postponed annotations here: FastAPI reads those of the endpoints where they stand.

import asyncio
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.notify.channels.sms.pushed import is_push_code, pushing
from services.notify.own import Notify
from shared.service.http.problems import Problem
from shared.service.http.requests import read_body
from shared.service.http.routes import router
from shared.service.service import Service

_PUSHED = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "What the provider wants to hear",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


def routes(service: Service) -> APIRouter:
    """Where providers push to."""
    asking = router()

    @asking.post(
        "/receipts/{provider}/{code}",
        summary="Delivery receipts that an SMS provider pushes",
        responses=_ANSWER,
        openapi_extra={"requestBody": _PUSHED},
    )
    async def receive(request: Request, provider: str, code: str) -> JSONResponse:
        form, own = pushing(provider), service.own(Notify)
        right = is_push_code(own.secret(), provider, own.settings.push_code, code)
        if form is None or own.office.provider(provider) is None or not right:
            raise Problem(HTTPStatus.NOT_FOUND, "it-exists", "There is no such thing", title_zh="没有该对象")
        body = await read_body(request)
        try:
            receipts = form.receipts(body, provider)
        except ValueError:
            raise Problem(
                HTTPStatus.BAD_REQUEST, "receipts-are-readable", "These are no receipts", title_zh="无法识别的回执"
            ) from None
        await asyncio.gather(*map(own.office.receipts.store.keep, receipts))
        return JSONResponse(dict(form.answer))

    return asking
