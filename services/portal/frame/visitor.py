"""Who looks at a page: in which language, as whom, and what they may ask the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID, uuid4

from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.calling.explanation import NotDone, PlainProblem, Remark
from services.portal.calling.known import PublicAnswers
from services.portal.calling.services import Answered, OnBehalf, Services
from services.portal.frame import wording
from services.portal.frame.drafts import OwnDrafts
from services.portal.frame.forms import SentForm
from services.portal.frame.labels import labels_of
from services.portal.frame.navigation import ShownWay, ways_of
from services.portal.frame.rendering import Rendering
from services.portal.frame.wording import Language
from services.portal.identity.acting import ActingFor
from services.portal.identity.sessions import PersonSession
from shared.contracts.core import Actor, Role, derived_id

T = TypeVar("T")
SAID = "__Host-said"
"""The cookie of what was just done, shown once on the next page."""

PAGE_HEADERS = {"Cache-Control": "no-store", "Vary": "Cookie"}


@dataclass(kw_only=True)
class Visitor:
    """Whoever asked for a page.

    ``shows`` is the seq that the page shows at least. ``form`` is what they sent; ``explanation`` why it was not done,
    which the page then shows with what they typed. ``said`` is what was done just now; ``resumed`` says that ``form``
    is what they typed earlier and had not sent.
    """

    services: Services
    public: PublicAnswers
    rendering: Rendering
    language: Language
    large: bool
    path: str
    today: date
    now: datetime
    sender: OnBehalf
    shows: int = 0
    session: PersonSession | None = None
    form: SentForm = field(default_factory=lambda: SentForm({}))
    explanation: PlainProblem | None = None
    said: str = ""
    caused: Callable[[int], Any] | None = None
    kept: OwnDrafts | None = None
    resumed: bool = False

    @property
    def actor(self) -> Actor | None:
        """The person who is signed in; with another's roles while they act for that one."""
        if self.session is None or self.acting is None:
            return self.session.actor if self.session else None
        return self.acting.as_them(self.session.actor)

    @property
    def acting(self) -> ActingFor | None:
        """For whom they act."""
        return self.session.acting if self.session else None

    def in_own_name(self) -> None:
        """Ask and act in their own name on this page, whomever they act for elsewhere."""
        self.sender = replace(self.sender, delegation="")

    def is_(self, *roles: Role | str) -> bool:
        """Whether somebody with one of the roles is signed in."""
        return self.actor is not None and self.actor.has(*map(Role, roles))

    @property
    def drafts(self) -> OwnDrafts:
        """What this person has typed and not sent; raises ``LookupError`` for a stranger."""
        if self.kept is None:
            raise LookupError("nobody is signed in")
        return self.kept

    @property
    def ways(self) -> Sequence[ShownWay]:
        """The links of the main navigation."""
        return ways_of(self.actor.roles if self.actor else frozenset(), self.path)

    def t(self, zh: str, en: str) -> str:
        """The words in the visitor's language."""
        return zh if self.language == "zh" else en

    async def get(self, service: str, path: str, **query: Any) -> Any:
        """What a service shows this person (its JSON); raises ``NotDone``."""
        return (await self.ask(service, path, **query)).body

    async def ask(self, service: str, path: str, **query: Any) -> Answered:
        """As ``get``, with the version of what is shown."""
        try:
            return await self.services.get(self.sender, service, path, query)
        except NotDone as refused:
            if refused.explanation.rule != "seq-is-in-the-log":
                raise
        # The log was set back to an earlier state: what this person caused is no longer in it.
        self.sender = OnBehalf(token=self.sender.token, client=self.sender.client, delegation=self.sender.delegation)
        return await self.services.get(self.sender, service, path, query)

    async def seek(self, service: str, path: str, **query: Any) -> Any:
        """As ``get``, ``None`` where there is no such thing, or not for this person."""
        try:
            return await self.get(service, path, **query)
        except NotDone as refused:
            if refused.explanation.status in {403, 404}:
                return None
            raise

    async def known(self, service: str, path: str, make: Callable[[Any], T], **query: Any) -> T:
        """What ``make`` makes of what a service shows everybody; remembered for a few seconds. Raises ``NotDone``."""
        return await self.public.get(self.sender, service, path, make, query)

    async def act(self, service: str, path: str, body: Mapping[str, Any], *, part: str = "") -> Answered | None:
        """Send the command of the form that was sent; ``None`` where it was refused, which ``explanation`` then says.

        ``part`` makes a key of its own for each of several commands of one form.
        """
        key = self.form.key if not part else str(_part_of(self.form.key, part))
        return await self.attempt(
            self.services.post(self.sender, service, path, body, key=key, version=self.form.version)
        )

    async def attempt(self, sending: Any) -> Answered | None:
        """What a call of ``services`` answers; ``None`` where it was refused, which ``explanation`` then says."""
        try:
            answered: Answered = await sending
        except NotDone as refused:
            if refused.explanation.status == 401:
                raise
            self.explanation = refused.explanation
            return None
        if answered.seq and self.caused is not None:
            await self.caused(answered.seq)
        return answered

    def page(self, template: str, view: object = None, *, status: int = 200, public: bool = False) -> Response:
        """A page; after a refusal with what was typed, and the refusal's status."""
        text = self.rendering.render(template, self._context(view))
        if self.explanation is not None and status == 200:
            status = self.explanation.status
        answer = HTMLResponse(text, status, headers=PAGE_HEADERS | ({"Cache-Control": "no-cache"} if public else {}))
        if self.said:
            answer.delete_cookie(SAID, path="/", secure=True, httponly=True, samesite="lax")
        return answer

    def text(self, template: str, kind: str, view: object = None) -> Response:
        """What a template makes that is no page: a feed, a list of addresses."""
        return Response(self.rendering.render(template, self._context(view)), media_type=kind, headers=PAGE_HEADERS)

    def go(self, path: str, zh: str = "", en: str = "") -> Response:
        """Go to another page (303), which says what was done."""
        answer = RedirectResponse(path, 303)
        if zh:
            words = quote(self.t(zh, en))
            answer.set_cookie(SAID, words, max_age=60, path="/", secure=True, httponly=True, samesite="lax")
        return answer

    def typed(self, name: str, stored: object = "") -> str:
        """What stands in a field: what was typed and refused or not sent, else what is stored."""
        if (self.explanation is not None or self.resumed) and self.form.values:
            return self.form.text(name)
        return "" if stored is None else str(stored)

    def remarks(self, name: str) -> Sequence[Remark]:
        """What is wrong with a field."""
        said = self.explanation.remarks if self.explanation else ()
        return [remark for remark in said if remark.field == name]

    def _context(self, view: object) -> dict[str, Any]:
        unsure = self.explanation is not None and self.explanation.unknown
        language = self.language
        return {
            "visitor": self,
            "view": view,
            "t": self.t,
            "language": language,
            "explanation": self.explanation,
            "typed": self.typed,
            "remarks": self.remarks,
            "labels_of": labels_of,
            "key": self.form.key if unsure else str(uuid4()),
            "guard": self.session.guard if self.session else "",
            "day": partial(wording.day, language=language),
            "moment": partial(wording.moment, language=language),
            "working_days": partial(wording.working_days, language=language),
        }


def _part_of(key: str, part: str) -> UUID:
    return derived_id(UUID(key), part)


__all__ = ["PAGE_HEADERS", "SAID", "Visitor"]
