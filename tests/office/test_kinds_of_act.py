"""Each act that a person may do over HTTP stands in one kind that can be delegated, or deliberately in none."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final

from shared.contracts.core import DECIDING, Role
from shared.programme.delegating import DELEGABLE, HEADS, acts_of, kinds_of
from shared.programme.vocabulary import ActKind
from shared.service.http.openapi import SCHEME

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs" / "openapi"
NEVER: Final = {
    "intake.KeyPaperApplication": "who keys it in answers for what they typed, and may not judge it",
    "intake.KeepDocument": "of itself it does nothing: the act is the keying that names the document",
    "review.ClaimCase": "nobody holds a case by another's hands",
    "review.ReleaseCase": "the holder's own, or the lead's to answer for",
    "review.HandOverCase": "the holder's own, or the lead's to answer for",
    "review.DeclareConflict": "the expert's own",
    "review.DeclareImpartiality": "the expert's own",
    "review.SubmitScoreSheet": "the expert's own",
    "review.FileObjection": "anybody's: nobody needs another's leave",
    "office.GrantDelegation": "what is delegated is not passed on",
    "office.EndDelegation": "what is delegated is not passed on",
    "office.AdoptPolicy": "the lead's own: whoever signs the policy answers for it",
    "office.AnnounceCalendar": "whoever loads it answers for it, and the operator needs nobody's leave",
    "office.SendLetter": "anybody's: nobody needs another's leave",
    "office.AnswerLetter": "any officer's: nobody needs the head's leave",
    "office.GiveFeedback": "whoever was served says it themselves",
    "office.AnswerFeedback": "any officer's: nobody needs the head's leave",
}
"""Acts that nobody does for another, and why. Nor are those of notify: an office's letters are its own to read."""


@cache
def acts() -> dict[str, frozenset[Role]]:
    """Every command of a service's API, and the roles that it takes. Routes that give no command have a small name."""
    return {
        f"{service}.{name}": _roles(operation)
        for service in DECIDING
        for path in json.loads((DOCUMENTS / f"{service}.json").read_text())["paths"].values()
        if (operation := path.get("post")) and (name := operation["operationId"].partition("_")[0])[0].isupper()
    }


def _roles(operation: Any) -> frozenset[Role]:
    return frozenset(Role(role) for scheme in operation["security"] for role in scheme.get(SCHEME, ()))


def test_every_act_stands_in_one_kind_or_deliberately_in_none() -> None:
    kinds = Counter(act for kind in DELEGABLE.values() for act in kind.acts)
    told = {act for act in acts() if not act.startswith("notify.")}
    assert told == kinds.keys() | NEVER.keys()
    assert set(kinds.values()) == {1}
    assert kinds.keys().isdisjoint(NEVER)


def test_every_kind_is_given_by_the_heads_who_have_one_of_its_acts() -> None:
    assert set(DELEGABLE) == set(ActKind)
    for kind, delegable in DELEGABLE.items():
        assert delegable.by == HEADS & frozenset().union(*(acts()[act] for act in delegable.acts)), kind


def test_a_head_gives_what_they_have() -> None:
    assert ActKind.DECISION in kinds_of([Role.PROVINCE, Role.PROVINCE_LEAD])
    assert kinds_of([Role.PROVINCE]) == ()
    assert kinds_of([Role.KEY_UNIT]) == (ActKind.FILING, ActKind.SEALING, ActKind.REPORTS)
    assert acts_of([ActKind.REVOCATION, ActKind.SEALING]) == {
        "lifecycle.InviteHearing",
        "lifecycle.RevokeTitle",
        "intake.SealPacket",
    }
