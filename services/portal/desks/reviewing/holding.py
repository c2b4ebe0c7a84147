"""Who holds a case: claiming, letting go and handing over one or several, with a preview and an outcome for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import Query
from fastapi.responses import Response

from services.portal.calling.explanation import PlainProblem
from services.portal.desks.reviewing.acts import OFFICERS
from services.portal.desks.reviewing.many import cases_of, do_each, once
from services.portal.desks.reviewing.queue import ON_A_PAGE
from services.portal.desks.reviewing.stages import ENDED, STAGES
from services.portal.desks.reviewing.successors import Colleague, colleagues_of, successor_in
from services.portal.desks.reviewing.who import Officer, OfficerSends
from services.portal.desks.words import Bilingual
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role
from shared.service.http.routes import router

pages = router()
Row = Mapping[str, Any]
HoldingName = Literal["claim", "release", "handover"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingAct:
    """What is done with who holds a case: its name, what it does, and its outcome in words."""

    name: HoldingName
    does: Bilingual
    lede: Bilingual
    done: Bilingual
    not_done: Bilingual


HOLDING_ACTS: Final[Mapping[HoldingName, HoldingAct]] = {
    act.name: act
    for act in (
        HoldingAct(
            name="claim",
            does=Bilingual("认领", "Claim"),
            lede=Bilingual(
                "认领后由您主办；其他有权限的同事仍可办理。已有主办人的，须由主办人或负责人移交。",
                "You hold the case from then on; colleagues may still act in it. One that somebody holds is handed "
                "over by them or by a lead.",
            ),
            done=Bilingual("已认领", "Claimed"),
            not_done=Bilingual("未认领", "Not claimed"),
        ),
        HoldingAct(
            name="release",
            does=Bilingual("解除主办", "Let go"),
            lede=Bilingual("解除后无人主办，同事可以认领。", "Nobody holds it then, and a colleague may claim it."),
            done=Bilingual("已解除主办", "Let go"),
            not_done=Bilingual("未解除", "Not let go"),
        ),
        HoldingAct(
            name="handover",
            does=Bilingual("移交主办", "Hand over"),
            lede=Bilingual(
                "主办人可以移交自己的办件，负责人可以移交任何办件，包括尚无主办人的。",
                "Holders hand over their own cases; a lead hands over any, those that nobody holds as well.",
            ),
            done=Bilingual("已移交", "Handed over"),
            not_done=Bilingual("未移交", "Not handed over"),
        ),
    )
}


def holding_acts_of(visitor: Visitor, case: Row) -> list[HoldingAct]:
    """What this person is offered to do with who holds a case, while it runs."""
    if case["stage"] in ENDED or not visitor.is_(*OFFICERS):
        return []
    own = visitor.actor is not None and case["holder"] == visitor.actor.subject
    leads, held = visitor.is_(Role.PROVINCE_LEAD), bool(case["holder"])
    offered = {"claim": not held, "handover": own or leads, "release": held and (own or leads)}
    return [act for name, act in HOLDING_ACTS.items() if offered[name]]


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case that was chosen; once it was tried, ``refused`` says why it was not done."""

    case: Row
    stage: tuple[str, str]
    refused: PlainProblem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingPage:
    """The page; ``tried`` says whether it was done already."""

    act: HoldingAct
    rows: Sequence[HeldCase]
    colleagues: Sequence[Colleague] = ()
    tried: bool = False

    @property
    def done(self) -> int:
        """For how many cases it was done."""
        return sum(row.refused is None for row in self.rows)


@pages.get("/cases/holder", include_in_schema=False)
async def preview(
    visitor: Officer, act: HoldingName = "claim", case: Annotated[tuple[str, ...], Query()] = ()
) -> Response:
    return await _page(visitor, HOLDING_ACTS[act], once(case, ON_A_PAGE))


@pages.post("/cases/holder", include_in_schema=False)
async def change(visitor: OfficerSends) -> Response:
    act = HOLDING_ACTS.get(visitor.form.text("act"), HOLDING_ACTS["claim"])  # type: ignore[call-overload]
    chosen = once(visitor.form.texts("case"), ON_A_PAGE)
    body = await _body(visitor, act)
    refused = await do_each(visitor, chosen, ("holder", act.name), body)
    if len(chosen) == 1 and not refused:
        return visitor.go(f"/cases/{chosen[0]}", f"{act.done.zh}。", f"{act.done.en}.")
    if refused and all(_is_of_the_form(each) for each in refused.values()):
        visitor.explanation = next(iter(refused.values()))
        return await _page(visitor, act, chosen)
    rows = held_cases(await cases_of(visitor, chosen), refused)
    return visitor.page("reviewing/holder.html", HoldingPage(act=act, rows=rows, tried=True))


def held_cases(rows: Sequence[Row], refused: Mapping[str, PlainProblem]) -> list[HeldCase]:
    """Cases, with why something was not done for them."""
    return [HeldCase(case, STAGES[case["stage"]], refused.get(case["case_id"])) for case in rows]


def _is_of_the_form(problem: PlainProblem) -> bool:
    """Whether what is wrong is a field of the form, and so the same for every case."""
    return any(remark.field in {"holder", "holder_name"} for remark in problem.remarks)


async def _body(visitor: Visitor, act: HoldingAct) -> Mapping[str, Any]:
    if act.name != "handover":
        return {}
    successor = successor_in(visitor.form, await colleagues_of(visitor))
    return {"holder": successor.account, "holder_name": successor.name}


async def _page(visitor: Visitor, act: HoldingAct, chosen: Sequence[str]) -> Response:
    colleagues = await colleagues_of(visitor) if act.name == "handover" else []
    rows = held_cases(await cases_of(visitor, chosen), {})
    return visitor.page("reviewing/holder.html", HoldingPage(act=act, rows=rows, colleagues=colleagues))


__all__ = ["HOLDING_ACTS", "HeldCase", "HoldingAct", "HoldingPage", "held_cases", "holding_acts_of", "pages"]
