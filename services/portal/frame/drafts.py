"""What people have typed and not sent, kept for them: sealed, a row a person and form, forgotten after a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from services.portal.identity.sealing import Box, Unsealed
from shared.service.service import Service

KEPT_DAYS = 30
MOST = 100
"""Forms of one person: with one more, the oldest is forgotten."""

_KEEP = """
    insert into portal.drafts as kept (subject, form, typed, version) values ($1, $2, $3, 1)
    on conflict (subject, form) do update
    set typed = excluded.typed, version = kept.version + 1, saved_at = now() returning version, saved_at
"""
_BOUND = """
    delete from portal.drafts where subject = $1 and form in
    (select form from portal.drafts where subject = $1 order by saved_at desc, form offset $2)
"""


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """What was typed into a form, field by field, and when that was kept."""

    typed: Mapping[str, Sequence[str]]
    version: int
    saved_at: datetime


class Drafts:
    """The drafts of all replicas: each reads the same rows."""

    def __init__(self, service: Service, box: Box) -> None:
        self._service = service
        self._box = box

    def of(self, subject: str) -> OwnDrafts:
        """Those of one person."""
        return OwnDrafts(self._service, self._box, subject)

    async def forget_old(self) -> None:
        """Delete what nobody came back to."""
        await self._service.fetch(
            "delete from portal.drafts where saved_at < now() - make_interval(days => $1)", KEPT_DAYS
        )


class OwnDrafts:
    """A person's own drafts; nobody else sees them."""

    def __init__(self, service: Service, box: Box, subject: str) -> None:
        self._service = service
        self._box = box
        self._subject = subject

    async def keep(self, form: str, typed: Mapping[str, Sequence[str]]) -> KeptDraft:
        """Keep what is typed into a form, in place of what was kept before. ``form`` is the path of its page."""
        sealed = self._box.seal({name: list(values) for name, values in typed.items()})
        (row,) = await self._service.fetch(_KEEP, self._subject, form, sealed)
        await self._service.fetch(_BOUND, self._subject, MOST)
        return KeptDraft(typed, row["version"], row["saved_at"])

    async def find(self, form: str) -> KeptDraft | None:
        """What was typed into a form and not sent, where that can be read."""
        rows = await self._service.fetch(
            "select typed, version, saved_at from portal.drafts where subject = $1 and form = $2", self._subject, form
        )
        try:
            return _opened(self._box, rows[0]["typed"], rows[0]["version"], rows[0]["saved_at"]) if rows else None
        except Unsealed:
            return None

    async def forget(self, form: str) -> None:
        """It was sent, or is not wanted."""
        await self._service.fetch("delete from portal.drafts where subject = $1 and form = $2", self._subject, form)


def _opened(box: Box, sealed: bytes, version: int, saved_at: datetime) -> KeptDraft:
    typed = msgspec.convert(box.open(sealed), dict[str, list[str]])
    return KeptDraft(typed, version, saved_at)


__all__ = ["Drafts", "KeptDraft", "OwnDrafts"]
