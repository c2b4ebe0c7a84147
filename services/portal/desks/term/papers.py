"""Documents of a form: uploaded as soon as the form is sent, and kept in it, so that a refusal costs no second upload.

A kept document stands in the form by what its upload answered: ``summary.sha256``, ``summary.size`` and so on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from starlette.datastructures import UploadFile

from services.portal.calling.services import within
from services.portal.desks.term.act_page import whole_number
from services.portal.frame.forms import SentForm
from services.portal.frame.visitor import Visitor

PARTS: Final = ("sha256", "size", "media_type", "name")
MOST: Final = 20
"""Documents of one form."""


async def keep_paper(visitor: Visitor, case_id: str, name: str) -> bool:
    """Upload the document chosen in a field, where one is; whether all is well."""
    chosen = visitor.form.file(name)
    return chosen is None or await _keep(visitor, case_id, name, name, chosen)


async def keep_papers(visitor: Visitor, case_id: str, name: str) -> bool:
    """Upload the documents chosen in a field that takes several; they come after those that are kept."""
    first = len(kept_places(visitor.form, name))
    for number, chosen in enumerate(visitor.form.files.get(name, ()), first):
        if not await _keep(visitor, case_id, f"{name}.{number}", name, chosen):
            return False
    return True


def paper_of(form: SentForm, name: str) -> dict[str, object] | None:
    """The document that is kept in a field, as lifecycle takes it; ``None`` where none is, or it was taken out."""
    if not form.text(f"{name}.sha256"):
        return None
    parts = {part: form.text(f"{name}.{part}") for part in PARTS}
    return parts | {"size": whole_number(parts["size"])}


def kept_places(form: SentForm, name: str) -> list[str]:
    """The places of the documents that a field kept, as ``evidence.0``, also of those taken out."""
    places = (f"{name}.{number}" for number in range(MOST))
    return [place for place in places if form.text(f"{place}.name")]


def papers_of(form: SentForm, name: str) -> list[dict[str, object]]:
    """The documents that are kept in a field that takes several."""
    return [paper for place in kept_places(form, name) if (paper := paper_of(form, place)) is not None]


async def _keep(visitor: Visitor, case_id: str, place: str, name: str, chosen: UploadFile) -> bool:
    path = within("districts", case_id, "documents")
    file = (chosen.filename or "", chosen.file)
    key = f"{visitor.form.key} {place}"
    answered = await visitor.attempt(visitor.services.upload(visitor.sender, "lifecycle", path, {}, file, key=key))
    if answered is None:
        _at_its_field(visitor, name)
        return False
    visitor.form = _with(visitor.form, place, answered.body)
    return True


def _at_its_field(visitor: Visitor, name: str) -> None:
    """What was wrong with an upload stands at the field in which it was chosen."""
    said = visitor.explanation
    if said is not None:
        remarks: Sequence[Any] = [replace(remark, field=name) for remark in said.remarks]
        visitor.explanation = replace(said, remarks=tuple(remarks))


def _with(form: SentForm, place: str, paper: Mapping[str, object]) -> SentForm:
    return replace(form, values={**form.values, **{f"{place}.{part}": [str(paper[part])] for part in PARTS}})


__all__ = ["keep_paper", "keep_papers", "kept_places", "paper_of", "papers_of"]
