"""Three seals on one packet: what is sealed, by whom, whether each holds; sending it on, taking it back (四（三））."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi.responses import PlainTextResponse, Response

from services.portal.calling.explanation import NotDone
from services.portal.calling.services import within
from services.portal.desks.filing.places import WayOut, ways_to_mend
from services.portal.desks.filing.sections import SECTIONS, Form, is_filled
from services.portal.desks.filing.standing import SEALERS, CaseHead, Row, head_of
from services.portal.desks.filing.who import Applicant, ApplicantSends, SealerSends
from services.portal.desks.words import Bilingual
from services.portal.frame.access import Person
from services.portal.frame.visitor import Visitor
from shared.contracts.intake import FilingRoute, Sealer
from shared.programme.vocabulary import EvidenceKind
from shared.service.http.routes import router

pages = router()


@dataclass(frozen=True, slots=True)
class ShownSeal:
    """One of the three: ``set_on`` is empty where it is not set, ``holds`` says whether it stands on the packet as it
    is now, ``why`` what made it void."""

    sealer: Sealer
    title: Bilingual
    office: str
    set_on: str
    holds: bool
    demonstration: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """A document of the packet, by its digest."""

    kind: EvidenceKind
    title: str
    version: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealsPage:
    """The page. ``sections`` are the parts of the form in the packet that are filled in; ``errors`` how much is still
    to be put right; ``ways`` where that is done which kept it from being sent."""

    head: CaseHead
    packet_sha256: str
    seals: tuple[ShownSeal, ...]
    sections: tuple[Bilingual, ...]
    documents: tuple[SealedDocument, ...]
    wanting: tuple[Bilingual, ...]
    errors: int
    direct: bool
    ways: tuple[WayOut, ...] = ()

    @property
    def own(self) -> ShownSeal | None:
        """The reader's own seal."""
        return next((seal for seal in self.seals if seal.sealer is self.head.mine), None)

    @property
    def may_seal(self) -> bool:
        """Whether the reader can be offered to seal. Before a correction, the city seals by endorsing."""
        if self.own is None or self.own.holds or not self.packet_sha256:
            return False
        return self.head.editable or (self.head.mine is Sealer.CITY and self.head.stage == "correcting")

    @property
    def may_send(self) -> bool:
        """Whether the reader can be offered to send it on."""
        return self.head.mine is Sealer.COUNTY and self.head.stage == "draft" and not self.wanting


@pages.get("/applications/{case_id}/seals", include_in_schema=False)
async def show(visitor: Person, case_id: str) -> Response:
    return await _page(visitor, case_id)


@pages.post("/applications/{case_id}/seals", include_in_schema=False)
async def seal(visitor: SealerSends, case_id: str) -> Response:
    body = {"packet_sha256": visitor.form.text("packet_sha256")}
    if not await visitor.act("intake", within("applications", case_id, "seals"), body):
        return await _page(visitor, case_id)
    return visitor.go(f"/applications/{case_id}/seals", "已盖章。", "The seal is set.")


@pages.post("/applications/{case_id}/sending", include_in_schema=False)
async def send(visitor: ApplicantSends, case_id: str) -> Response:
    if not await visitor.act("intake", within("applications", case_id, "endorsement-request"), {}):
        return await _page(visitor, case_id)
    return visitor.go(f"/applications/{case_id}", "已报送。", "It is sent.")


@pages.get("/applications/{case_id}/packet.txt", include_in_schema=False)
async def text(visitor: Person, case_id: str) -> Response:
    """The very text that is hashed: whoever has it can compute the digest again."""
    packet = await visitor.get("intake", within("applications", case_id, "packet"))
    kept = {"Cache-Control": "private, no-store", "Content-Disposition": f'attachment; filename="packet-{case_id}.txt"'}
    return PlainTextResponse(packet["canonical"], headers=kept)


@pages.get("/applications/{case_id}/withdrawal", include_in_schema=False)
async def ask_to_withdraw(visitor: Applicant, case_id: str) -> Response:
    return await _withdrawal(visitor, case_id)


@pages.post("/applications/{case_id}/withdrawal", include_in_schema=False)
async def withdraw(visitor: ApplicantSends, case_id: str) -> Response:
    body = {"reason": visitor.form.text("reason")}
    if not await visitor.act("intake", within("applications", case_id, "withdrawal"), body):
        return await _withdrawal(visitor, case_id)
    return visitor.go(f"/applications/{case_id}", "申报已撤回，可另行申报。", "It is withdrawn. You may apply again.")


async def _withdrawal(visitor: Visitor, case_id: str) -> Response:
    row = await visitor.get("intake", within("applications", case_id))
    return visitor.page("filing/withdrawal.html", head_of(row, visitor.actor))


async def _page(visitor: Visitor, case_id: str) -> Response:
    path = within("applications", case_id)
    row = await visitor.get("intake", path)
    try:
        packet = await visitor.get("intake", f"{path}/packet")
    except NotDone as refused:
        if refused.explanation.rule != "form-is-written":
            raise
        packet = {"packet_sha256": "", "packet": {"form": {}, "attachments": []}, "seals": [], "seals_wanting": []}
    page = seals_page(head_of(row, visitor.actor), row, packet)
    return visitor.page("filing/seals.html", replace(page, ways=ways_to_mend(page.head, visitor.explanation)))


def seals_page(head: CaseHead, row: Row, packet: Mapping[str, Any]) -> SealsPage:
    """The page, out of the packet as intake shows it."""
    return SealsPage(
        head=head,
        packet_sha256=packet["packet_sha256"],
        seals=shown_seals(row, packet["seals"]),
        sections=filled_sections(packet["packet"]["form"]),
        documents=tuple(
            SealedDocument(EvidenceKind(each["kind"]), each["title"], each["version"], each["sha256"])
            for each in packet["packet"]["attachments"]
        ),
        wanting=tuple(Bilingual(each["message_zh"], each["message"]) for each in packet["seals_wanting"]),
        errors=row["error_count"],
        direct=row["route"] == FilingRoute.DIRECT,
    )


def shown_seals(row: Row, verified: Sequence[Mapping[str, Any]]) -> tuple[ShownSeal, ...]:
    """The seals of a packet: three, or two where the county files directly."""
    last = {each["sealer"]: each for each in row["seals"]}
    stands = {each["sealer"] for each in verified if each["valid"] and each["verified"]}
    names = {
        Sealer.COUNTY: row["county_unit"]["name"],
        Sealer.KEY_UNIT: row["key_unit"]["name"],
        Sealer.CITY: row["endorser_name"],
    }
    shown = []
    for sealer in Sealer:
        seal = last.get(sealer.value, {})
        if sealer is Sealer.CITY and row["route"] == FilingRoute.DIRECT:
            continue
        shown.append(
            ShownSeal(
                sealer,
                SEALERS[sealer],
                names[sealer],
                seal.get("sealed_on", ""),
                sealer.value in stands,
                seal.get("demonstration", False),
                seal.get("voided", ""),
            )
        )
    return tuple(shown)


def filled_sections(form: Form) -> tuple[Bilingual, ...]:
    """The sections of a packet's form in which something is written."""
    return tuple(Bilingual(each.zh, each.en) for each in SECTIONS if form and is_filled(each.of(form)))


__all__ = ["SealedDocument", "SealsPage", "ShownSeal", "filled_sections", "pages", "seals_page", "shown_seals"]
