"""A running system with thousands of cases in its log, and people who are signed in."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

import asyncpg
import httpx

from bench.seeding import PLACEHOLDER, Lives, fill
from bench.task import Spec
from deploy.local.postgres import write_secret
from deploy.local.stack import ISSUER, PORTAL, Stack
from shared.contracts import intake, lifecycle, review
from shared.contracts.core import Actor, Due, Event, Role
from shared.programme.forms import ApplicationForm, Unit
from shared.service.identity.development_issuer import DevelopmentIssuer

OFFICER = Actor("bench-officer", "省厅经办人", "province", frozenset({Role.PROVINCE}))
FOLDING = ("intake", "review", "lifecycle", "office", PORTAL)
"""The processes that have read models."""
PROCESSES = ("notary", *FOLDING, ISSUER)
NOW = "2026-03-03T09:00:00+08:00"
_DAY = date(2026, 3, 2)
_POLICY = "2018-04-28.1"
_CAUGHT_UP = 600.0
_PLACE = intake.Place(
    county="220113",
    county_name="九台区",
    endorser="220100",
    endorser_name="长春市科技局",
    route=intake.FilingRoute.ENDORSED,
    code_given="220113",
    note="",
)
_COUNTY = Unit(name="长春市九台区科学技术局（虚构）", uscc="11220113DEM000014H")
_KEY_UNIT = Unit(name="九台示例知识产权服务有限公司（虚构）", uscc="91220113DEM0000224")
_FORM = ApplicationForm()
_OPENED = intake.DraftOpened(
    case_id=PLACEHOLDER,
    place=_PLACE,
    county_unit=_COUNTY,
    key_unit=_KEY_UNIT,
    policy_version=_POLICY,
    opened_by="county:220113",
)
_REVISED = intake.FormRevised(case_id=PLACEHOLDER, form=_FORM, office="county:220113", revised_by="county:220113")
_CAME = review.CaseOpened(
    case_id=PLACEHOLDER,
    filed_on=_DAY,
    place=_PLACE,
    county_unit=_COUNTY,
    key_unit=_KEY_UNIT,
    form=_FORM,
    attachments=(),
    seals=(),
    packet_sha256="a" * 64,
    paper=False,
    defects=(),
    filed_by=("county:220113",),
    policy_version=_POLICY,
    formal_examination_due=Due(date(2026, 3, 9)),
)
_HANDED = (
    review.CaseClaimed(case_id=PLACEHOLDER, holder="bench-officer", holder_name="省厅经办人", office="province"),
    review.CaseReleased(case_id=PLACEHOLDER, holder="bench-officer"),
)
_ACCEPTED = review.ApplicationAccepted(case_id=PLACEHOLDER, accepted_by="bench-officer")
_DESIGNATED = lifecycle.DistrictDesignated(
    case_id=PLACEHOLDER,
    title="吉林省知识产权服务业集聚发展区",
    place=_PLACE,
    county_unit=_COUNTY,
    key_unit=_KEY_UNIT,
    form=_FORM,
    document_number="吉知发〔2026〕1号",
    designated_on=_DAY,
    cycle=1,
    first_day=_DAY,
    last_day=date(2029, 3, 1),
    reports=(lifecycle.ReportDue(year=2027, due=Due(date(2027, 3, 31))),),
    policy_version=_POLICY,
)
_INSPECTED = lifecycle.SupportRecorded(
    case_id=PLACEHOLDER,
    kind=lifecycle.SupportKind.INSPECTION,
    held_on=_DAY,
    by_office="city:220100",
    findings="台账齐全，机构入驻情况良好。",
)


def lives(events_of_a_case: int) -> Sequence[tuple[Lives, int]]:
    """The lives of the cases, in the order in which they are written, and which share of the cases has each: all are
    accepted and wait for their panel, and every other one is a district besides. ``events_of_a_case`` is 20 or 5, on
    the average."""
    drafts, handed, inspected = {20: (9, 3, 3), 5: (1, 0, 1)}[events_of_a_case]
    kinds: Sequence[tuple[str, list[Event], int]] = (
        ("intake/application/", [_OPENED, *[_REVISED] * drafts], 1),
        ("review/case/", [_CAME, *_HANDED * handed, _ACCEPTED], 1),
        ("lifecycle/district/", [_DESIGNATED, *[_INSPECTED] * inspected], 2),
    )
    return [(Lives(prefix, events), share) for prefix, events, share in kinds]


class Town:
    """A system with so many cases. The first who opens it starts it, the last who closes it ends it."""

    def __init__(self, spec: Spec, passwords: Mapping[str, str], cases: int, *, events_of_a_case: int = 20) -> None:
        self.cases = cases
        self._spec, self._passwords, self._events = spec, passwords, events_of_a_case
        self._stack: Stack | None = None
        self._users = 0
        self._opening = asyncio.Lock()

    @property
    def stack(self) -> Stack:
        """The running system; raises ``AssertionError`` before it was opened."""
        assert self._stack is not None, "open the town first"
        return self._stack

    def token(self) -> str:
        """The officer's, for the services' APIs."""
        return DevelopmentIssuer(self.stack.state / "keys").token(OFFICER)

    async def open(self) -> None:
        """Fill the log, start everything, and wait until every read model has it all."""
        async with self._opening:
            self._users += 1
            if self._users == 1:
                await self._fill()
                self._stack = await self._start()
                await self._caught_up()
                await self._analyze()

    async def close(self) -> None:
        """End it, once all who opened it have left."""
        async with self._opening:
            self._users -= 1
            if self._users == 0 and self._stack is not None:
                await self._stack.stop()
                self._stack = None

    async def signed_in(self) -> httpx.AsyncClient:
        """A browser in which an officer of the province is signed in."""
        browser = httpx.AsyncClient(base_url=self.stack.url(PORTAL), timeout=60, trust_env=False)
        kept: dict[str, str] = {}
        method, address, form = "GET", "/sign-in?back=/desk", None
        for _ in range(12):
            here = urljoin(f"{self.stack.url(PORTAL)}/", address)
            at_home = here.startswith(self.stack.url(PORTAL))
            cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())} if at_home else {}
            answer = await browser.request(method, here, data=form, headers={"Origin": here, **cookie})
            if at_home:
                kept |= {name: value for name, value in answer.cookies.items() if value}
            if answer.is_redirect:
                method, address, form = "GET", urljoin(here, answer.headers["location"]), None
            elif at_home:
                answer.raise_for_status()
                browser.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in kept.items())
                return browser
            else:
                method, address, form = "POST", here, {"person": "province-officer"}
        raise RuntimeError(f"nobody could sign in: {address}")

    async def _fill(self) -> None:
        written = 0
        for each, share in lives(self._events):
            more = self.cases // share * len(each.events)
            await fill(self._spec.owner, each, written + more, after=written)
            written += more

    async def _start(self) -> Stack:
        state = Path(self._spec.folder)
        write_secret(state / "passwords.json", json.dumps(dict(self._passwords)))
        servers = {"JUQU_DATABASE_URL": self._spec.owner, "JUQU_REDIS_URL": self._spec.redis}
        before = {name: os.environ.get(name) for name in servers}
        os.environ.update(servers)
        try:
            stack = Stack(state, ports="free", clock="driven", processes=PROCESSES)
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})
        owner = await asyncpg.connect(self._spec.owner)
        try:
            await owner.execute("select clock.set($1::text::timestamptz)", NOW)
        finally:
            await owner.close()
        await stack.start(healthy_seconds=_CAUGHT_UP)
        return stack

    async def _caught_up(self) -> None:
        async with asyncio.timeout(_CAUGHT_UP), httpx.AsyncClient(timeout=30, trust_env=False) as client:
            for process in FOLDING:
                while await self._lag(client, process):  # noqa: ASYNC110 - another process's
                    await asyncio.sleep(0.2)

    async def _analyze(self) -> None:
        """What the server does by itself some minutes after so many rows came."""
        owner = await asyncpg.connect(self._spec.owner)
        try:
            await owner.execute("analyze")
        finally:
            await owner.close()

    async def _lag(self, client: httpx.AsyncClient, process: str) -> int:
        with suppress(httpx.TransportError, KeyError):
            report = (await client.get(f"{self.stack.url(process)}/health")).json()
            return sum(part["lag"] for part in report["followers"].values())
        return 1


__all__ = ["OFFICER", "Town", "lives"]
