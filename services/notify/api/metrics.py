"""``GET /metrics``: counts, ages and failure shares in the text form that Prometheus reads. No personal data."""

# No postponed annotations here: FastAPI reads those of the endpoints where they stand.

from collections.abc import Iterator, Mapping
from datetime import datetime

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from services.notify.own import Notify
from services.notify.views.deliveries import deliveries
from shared.service.http.routes import router
from shared.service.service import Service

_C = deliveries.table.c
_FAILED = ("rejected", "undelivered", "expired", "unknown")
_DONE = ("accepted", "delivered", "no-receipt", *_FAILED)
_TEXT: dict[int | str, dict[str, object]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
Counts = Mapping[tuple[str, str, str], int]


def queries(service: Service) -> APIRouter:
    """The metrics of this service."""
    asking = router()

    @asking.get(
        "/metrics", summary="Counts, ages and failure shares for Prometheus", response_class=Response, responses=_TEXT
    )
    async def metrics() -> Response:
        counts, ages = await _read(service)
        providers = service.own(Notify).office.providers
        usable = {provider.name: provider.usable for group in providers.values() for provider in group}
        registry = CollectorRegistry()
        registry.register(_Read(counts, ages, usable))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return asking


async def _read(service: Service) -> tuple[Counts, Mapping[str, float]]:
    counted = sa.select(_C.channel, _C.state, _C.provider, sa.func.count()).group_by(_C.channel, _C.state, _C.provider)
    now = sa.func.clock_timestamp()

    def oldest_of(state: str, column: sa.Column[datetime]) -> sa.ColumnElement[float]:
        first = sa.func.min(column).filter(_C.state == state)
        return sa.func.coalesce(sa.func.extract("epoch", now - first), 0)

    oldest = sa.select(oldest_of("ready", _C.requested_at), oldest_of("unknown", _C.unknown_since))
    oldest = oldest.where(_C.state.in_(["ready", "unknown"]))
    async with service.reading() as connection:
        counts = {(row[0], row[1], row[2]): row[3] for row in await connection.execute(counted)}
        ready, unknown = (await connection.execute(oldest)).one()
    return counts, {"ready": float(ready), "unknown": float(unknown)}


class _Read(Collector):
    """What was read, as metrics."""

    def __init__(self, counts: Counts, ages: Mapping[str, float], usable: Mapping[str, bool]) -> None:
        self._counts = counts
        self._ages = ages
        self._usable = usable

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The families."""
        notices = GaugeMetricFamily("juqu_notices", "Notices by their state", labels=["channel", "state", "provider"])
        for (channel, state, provider), count in sorted(self._counts.items()):
            notices.add_metric([channel, state, provider], count)
        yield notices
        ages = GaugeMetricFamily(
            "juqu_notices_oldest_seconds", "Age of the oldest notice in a state; 0: there is none", labels=["state"]
        )
        for state, seconds in self._ages.items():
            ages.add_metric([state], max(0.0, seconds))
        yield ages
        shares = GaugeMetricFamily(
            "juqu_notices_failed_share", "Of what a provider was given, the share that failed", labels=["provider"]
        )
        for provider, share in self._shares():
            shares.add_metric([provider], share)
        yield shares
        usable = GaugeMetricFamily("juqu_provider_usable", "1 where it is used, 0 paused or down", labels=["provider"])
        for name, used in self._usable.items():
            usable.add_metric([name], float(used))
        yield usable

    def _shares(self) -> Iterator[tuple[str, float]]:
        for provider in sorted({key[2] for key in self._counts} - {""}):
            mine = {key[1]: 0 for key in self._counts}
            for (_, state, by), count in self._counts.items():
                if by == provider:
                    mine[state] += count
            done = sum(mine.get(state, 0) for state in _DONE)
            if done:
                yield provider, sum(mine.get(state, 0) for state in _FAILED) / done
