"""What a route's answers tell of people: of which case, and which kinds. Pure: the answer arrives as it will leave."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.contracts.reading import PersonalDataRead
from shared.service.files.documents import DOCUMENT
from shared.service.readings.kinds import finder_of

DOCUMENT_KIND = "document"
"""The kind of a file: whatever stands in it."""

Tells = Callable[[Mapping[str, Any], bytes, str], Iterator[PersonalDataRead]]
"""The readings in an answer, from the names in the path, the answer's body, and the reader's office."""


def what_it_tells(responses: Mapping[Any, Mapping[str, Any]]) -> Tells | None:
    """What a route's documented ``responses`` can tell of people; ``None`` where they cannot."""
    answer = responses.get(200, {})
    if answer is DOCUMENT[200]:
        return _document
    if (find := finder_of(answer.get("model"))) is None:
        return None

    def tells(path: Mapping[str, Any], body: bytes, office: str) -> Iterator[PersonalDataRead]:
        found: dict[tuple[str, str], set[str]] = {}
        whole = json.loads(body)
        for part in whole if isinstance(whole, list) else [whole]:
            place = _case_of(path, part), _whose(path, part)
            if kinds := set(find([part] if isinstance(whole, list) else part)):
                found.setdefault(place, set()).update(kinds)
        for (case_id, whose), kinds in found.items():
            if whose != office:
                yield PersonalDataRead(case_id=case_id, whose="" if case_id else whose, kinds=tuple(sorted(kinds)))

    return tells


def _document(path: Mapping[str, Any], _body: bytes, _office: str) -> Iterator[PersonalDataRead]:
    yield PersonalDataRead(case_id=_case_of(path, None), whose="", kinds=(DOCUMENT_KIND,))


def _case_of(path: Mapping[str, Any], part: Any) -> str:
    if "case_id" in path:
        return str(path["case_id"])
    return str(part.get("case_id") or "") if isinstance(part, Mapping) else ""


def _whose(path: Mapping[str, Any], part: Any) -> str:
    """The office that a notice was sent to, or that a contact is kept for; the letter of the public, or the
    feedback on its answer, that was asked for; nobody's, where a case was."""
    if "case_id" in path or not isinstance(part, Mapping):
        return ""
    return str(part.get("recipient") or part.get("office") or part.get("letter_id") or part.get("feedback_id") or "")


__all__ = ["DOCUMENT_KIND", "Tells", "what_it_tells"]
