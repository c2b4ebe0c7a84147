"""The documents of an application: added, in further versions, taken out of the packet, read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from uuid import UUID

from fastapi.responses import Response
from starlette.datastructures import UploadFile

from services.portal.calling.explanation import PlainProblem, Remark
from services.portal.calling.services import within
from services.portal.desks.filing.standing import CaseHead, head_of
from services.portal.desks.filing.tasks import Found
from services.portal.desks.filing.who import ApplicantSends
from services.portal.desks.words import Bilingual
from services.portal.frame.access import Person
from services.portal.frame.passing_on import passed_on
from services.portal.frame.visitor import Visitor
from shared.contracts.core import derived_id
from shared.programme.vocabulary import EvidenceKind
from shared.service.http.routes import router

pages = router()


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One version of a document."""

    number: int
    name: str
    size: int
    sha256: str
    added_on: str
    path: str


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document: its newest version first."""

    attachment_id: str
    kind: EvidenceKind
    title: str
    versions: tuple[ShownVersion, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents of one kind. ``wanting`` is ``must`` or ``should`` where there is none and one is expected."""

    kind: EvidenceKind
    documents: tuple[ShownDocument, ...]
    wanting: str


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """The page: every kind in the notice's order, and what was taken out."""

    head: CaseHead
    shelves: tuple[Shelf, ...]
    removed: tuple[ShownDocument, ...]

    @property
    def kinds(self) -> Sequence[tuple[str, Bilingual]]:
        """The kinds to choose from."""
        return [(kind.value, Bilingual(kind.zh, kind.en)) for kind in EvidenceKind]


NO_FILE = PlainProblem(
    422,
    "file-is-chosen",
    "Choose a file first",
    "请先选择文件",
    remarks=(Remark("file", "Choose a file: PDF, DOCX, PNG or JPEG", "请选择文件（PDF、DOCX、PNG 或 JPEG）"),),
)


@pages.get("/applications/{case_id}/evidence", include_in_schema=False)
async def show(visitor: Person, case_id: str) -> Response:
    return await _page(visitor, case_id)


@pages.post("/applications/{case_id}/evidence", include_in_schema=False)
async def add(visitor: ApplicantSends, case_id: str) -> Response:
    """A document of its own for each file."""
    return await _take_in(visitor, case_id, "")


@pages.post("/applications/{case_id}/evidence/{attachment_id}", include_in_schema=False)
async def renew(visitor: ApplicantSends, case_id: str, attachment_id: str) -> Response:
    """A further version of a document."""
    return await _take_in(visitor, case_id, attachment_id)


@pages.post("/applications/{case_id}/evidence/{attachment_id}/removal", include_in_schema=False)
async def take_out(visitor: ApplicantSends, case_id: str, attachment_id: str) -> Response:
    if not await visitor.act("intake", within("applications", case_id, "attachments", attachment_id, "removal"), {}):
        return await _page(visitor, case_id)
    to = f"/applications/{case_id}/evidence"
    return visitor.go(to, "已撤下，各版本仍留存。", "Taken out; its versions stay on record.")


@pages.get("/applications/{case_id}/evidence/{attachment_id}/{version:number}", include_in_schema=False)
async def read(visitor: Person, case_id: str, attachment_id: str, version: int) -> Response:
    path = within("applications", case_id, "attachments", attachment_id, str(version))
    return await passed_on(visitor, "intake", path)


async def _take_in(visitor: Visitor, case_id: str, attachment_id: str) -> Response:
    files = visitor.form.files.get("file", ())
    if not files:
        visitor.explanation = NO_FILE
        return await _page(visitor, case_id)
    for number, file in enumerate(files):
        if not await _upload(visitor, case_id, number, file, attachment_id):
            return await _page(visitor, case_id)
    to = f"/applications/{case_id}/evidence"
    return visitor.go(to, f"已上传 {len(files)} 份文件。", f"{len(files)} file(s) uploaded.")


async def _upload(visitor: Visitor, case_id: str, number: int, file: UploadFile, attachment_id: str) -> bool:
    sent, name = visitor.form, file.filename or ""
    fields = {"kind": sent.text("kind"), "title": sent.text("title") or PurePath(name).stem}
    fields |= {"attachment_id": attachment_id} if attachment_id else {}
    uploading = visitor.services.upload(
        visitor.sender,
        "intake",
        within("applications", case_id, "attachments"),
        fields,
        (name, file.file),
        key=str(derived_id(UUID(sent.key), str(number))),
    )
    return await visitor.attempt(uploading) is not None


async def _page(visitor: Visitor, case_id: str) -> Response:
    path = within("applications", case_id)
    row, found, kept = await asyncio.gather(
        visitor.get("intake", path),
        visitor.get("intake", f"{path}/findings"),
        visitor.get("intake", f"{path}/attachments"),
    )
    head = head_of(row, visitor.actor)
    documents = [(each["in_packet"], shown_document(head, each)) for each in kept["attachments"]]
    page = EvidencePage(
        head,
        shelves([document for inside, document in documents if inside], found["findings"]),
        tuple(document for inside, document in documents if not inside),
    )
    return visitor.page("filing/evidence.html", page)


def shown_document(head: CaseHead, document: Mapping[str, Any]) -> ShownDocument:
    """A document with its versions, the newest first."""
    ident = document["attachment_id"]
    versions = tuple(
        ShownVersion(
            each["version"],
            each["name"],
            each["size"],
            each["sha256"],
            each["added_on"],
            f"{head.path}/evidence/{ident}/{each['version']}",
        )
        for each in reversed(document["versions"])
    )
    return ShownDocument(ident, EvidenceKind(document["kind"]), document["title"], versions)


def shelves(documents: Sequence[ShownDocument], findings: Sequence[Found]) -> tuple[Shelf, ...]:
    """Every kind that there is something of, or should be."""
    wanting = {each["field"]: each["severity"] for each in findings if each["rule"] == "evidence_missing"}
    rows = []
    for kind in EvidenceKind:
        of_kind = tuple(document for document in documents if document.kind is kind)
        severity = wanting.get(f"evidence.{kind.value}", "")
        if of_kind or severity:
            rows.append(Shelf(kind, of_kind, {"error": "must", "warning": "should"}.get(severity, "")))
    return tuple(rows)


__all__ = ["EvidencePage", "Shelf", "ShownDocument", "ShownVersion", "pages", "shelves", "shown_document"]
