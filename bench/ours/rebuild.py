"""Rebuilding a read model from the whole log, compared with the live one and put in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import create_async_engine

from bench.seeding import PLACEHOLDER, Lives
from bench.task import Round, Sample, Spec, timed
from deploy.operator.frame.definitions import Owned, find_projection
from shared.contracts import intake, notify
from shared.contracts.core import Due
from shared.eventlog.log import EventLog
from shared.projections.rebuilding.rebuild import rebuild

_AT = datetime(2024, 1, 2, tzinfo=UTC)
_CAUSE = UUID("5b7c8a6e-8a53-4e8e-9a0a-0d9f5b8d8d11")
_BODY = "您好：\n长春市南关区申报材料已收到，请于五个工作日内完成形式审查。此邮件由系统自动发送，请勿回复。"
_DUE = Due(date(2024, 1, 22))
_REQUESTED = intake.EndorsementRequested(case_id=PLACEHOLDER, packet_sha256="a" * 64, due=_DUE)
_CHANGES = (
    "The plan names no body that runs the district, and the fund has no source: say who and from which year. " * 4
)

DELIVERED = Lives(
    "notify/delivery/",
    [
        notify.DeliveryRequested(
            delivery_id=PLACEHOLDER,
            case_id=str(_CAUSE),
            cause_id=_CAUSE,
            cause_type="review.CaseOpened",
            rule="opened",
            rule_version=1,
            occurrence="",
            role="city",
            recipient="city:220100",
            recipient_name="王样例",
            channel=notify.Channel.MAIL,
            address="demo0001@example.invalid",
            subject="收到申报材料：请于五个工作日内完成形式审查",
            body=_BODY,
            message_id=f"<{PLACEHOLDER}@example.invalid>",
            dated=_AT,
            reminder_id="",
            expires_at=None,
            language=notify.Language.CHINESE,
            template="opened@1",
            html="",
            sms_template="",
            variables="",
            content_sha256="",
            statutory=True,
            urgent=True,
            unsubscribe_url="",
        ),
        notify.AttemptStarted(
            delivery_id=PLACEHOLDER,
            attempt=1,
            provider="local",
            out_id=PLACEHOLDER,
            worker="w1",
            segments=1,
            started_at=_AT,
            lease_until=_AT + timedelta(minutes=1),
            possible_duplicate=False,
        ),
        notify.DeliveryAccepted(
            delivery_id=PLACEHOLDER, attempt=1, provider="local", references=(PLACEHOLDER,), answer="250 OK queued"
        ),
        notify.ReceiptReceived(
            delivery_id=PLACEHOLDER, reference=PLACEHOLDER, status="DELIVRD", text="sub:001 dlvrd:001 stat:DELIVRD"
        ),
        notify.DeliveryDelivered(delivery_id=PLACEHOLDER, attempt=1, receipt=PLACEHOLDER),
    ],
    together=500,
)
"""The life of a mail: five events, eight rows."""

SENT_BACK = Lives(
    "intake/application/",
    [
        *(
            _REQUESTED,
            intake.ApplicationReturned(case_id=PLACEHOLDER, endorser="city:220100", changes=_CHANGES),
        )
        * 4,
        _REQUESTED,
        intake.EndorsementEscalated(case_id=PLACEHOLDER, endorser="city:220100", due=_DUE),
    ],
    together=500,
)
"""An application that the city sends back four times and then keeps: ten events, and one deadline that stands."""


@asynccontextmanager
async def deadlines(spec: Spec) -> AsyncIterator[Round]:
    """``size`` events through intake's deadlines: one table, one row a case."""
    async with _rebuilding(spec, find_projection("intake.deadlines"), spec.intake) as round_:
        yield round_


@asynccontextmanager
async def deliveries(spec: Spec) -> AsyncIterator[Round]:
    """``size`` events through notify's deliveries: five tables, eight rows a mail."""
    async with _rebuilding(spec, find_projection("notify.deliveries"), spec.notify) as round_:
        yield round_


@asynccontextmanager
async def _rebuilding(spec: Spec, owned: Owned, url: str) -> AsyncIterator[Round]:
    """Rebuild into the real tables beside the live ones, compare, switch."""
    engine = create_async_engine("postgresql+asyncpg://" + url.partition("://")[2])
    async with await EventLog.open(url) as log:

        async def once(*, first: bool = False) -> int:
            rebuilt = await rebuild(log, engine, owned.projection, owned.service, switch=True, force=first)
            if not rebuilt.switched or rebuilt.parked or rebuilt.events < spec.size:
                raise AssertionError(f"the rebuild is not whole: {rebuilt}")
            return rebuilt.events

        async def round_() -> Sample:
            return await timed(once())

        await once(first=True)
        yield round_
    await engine.dispose()
