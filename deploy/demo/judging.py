"""What the province and its experts do in the demonstration, over review's API."""

from __future__ import annotations

from typing import Any

from deploy.demo.cases import SampleCase, Step
from deploy.demo.desks import Desks
from deploy.demo.filing import expect
from deploy.demo.papers import picture
from deploy.local.issuer.people import LEAD, OFFICER, expert
from shared.contracts.core import Actor
from shared.programme.policy import Policy

PANEL = 5


def experts(case: SampleCase) -> list[dict[str, str]]:
    """Five experts and two reserves, from outside the county. In case B the third turns out to have a tie."""
    return [
        {
            "expert_id": f"{case.name.lower()}-{number}",
            "name": f"专家{number}（虚构）",
            "organisation": f"示例研究机构{number}（虚构）",
            "organisation_uscc": "",
            "division": "220102" if case.county != "220102" else "220103",
        }
        for number in range(1, PANEL + 3)
    ]


class Judging:
    """The review of a case."""

    def __init__(self, desks: Desks, case_ids: dict[str, str], policy: Policy) -> None:
        self._desks = desks
        self._case_ids = case_ids
        self._policy = policy
        self._recused: dict[str, str] = {}

    async def correction_notice(self, case: SampleCase, step: Step) -> None:
        """All corrections at once: the defects that were found."""
        row = await self.ask(OFFICER, case, "packet")
        defects = [each for each in row["defects"] if each["severity"] == "error"]
        items = [
            {
                "field": each["field"],
                "rule": each["rule"],
                "clause": each["clause"],
                "message": each["message_en"],
                "message_zh": each["message_zh"],
            }
            for each in defects
        ]
        expect("items of the correction notice", len(items), step.facts["items"])
        await self.send(OFFICER, case, step, "correction-notice", {"items": items})

    async def accept(self, case: SampleCase, step: Step) -> None:
        """The officer claims the case and accepts; the conditions are assessed, and what no rule decides is judged."""
        await self.send(OFFICER, case, step, "holder/claim", {})
        await self.send(OFFICER, case, step, "acceptance", {})
        for condition in ("industry_and_innovators", "service_coverage"):
            body = {"condition": condition, "met": True, "reason": "依据材料判断，基本符合（虚构）"}
            await self.send(OFFICER, case, step, "judgements", body, key=condition)

    async def convene(self, case: SampleCase, step: Step) -> None:
        """Five experts and two reserves."""
        everybody = experts(case)
        body = {"experts": everybody[:PANEL], "reserves": everybody[PANEL:]}
        await self.send(OFFICER, case, step, "panel", body)

    async def recuse(self, case: SampleCase, step: Step) -> None:
        """An expert declares a conflict; a reserve steps in."""
        out = experts(case)[2]["expert_id"]
        self._recused[case.name] = out
        reason = {"reason": "曾为申报单位提供咨询（虚构）"}
        await self.send(expert(out), case, step, "panel/conflict", reason)

    async def score(self, case: SampleCase, step: Step) -> None:
        """Every sitting expert declares their impartiality, and gives a blind score sheet."""
        sitting = [each["expert_id"] for each in experts(case)[:PANEL]]
        if out := self._recused.get(case.name):
            sitting[sitting.index(out)] = experts(case)[PANEL]["expert_id"]
        for ident in sitting:
            await self.send(expert(ident), case, step, "panel/impartiality", {}, key=f"impartial {ident}")
        average = step.facts["average"]
        for ident, shift in zip(sitting, (-2, -1, 0, 1, 2), strict=True):
            points = [{"criterion": each.key, "points": str(average + shift)} for each in self._policy.score_criteria]
            body = {"scores": points, "recommended": True, "comment": "（虚构）"}
            done = await self.send(expert(ident), case, step, "score-sheet", body, key=f"sheet {ident}")
            if shift == -2:
                await self._is_blind(case, ident, sitting[1], done["seq"])

    async def _is_blind(self, case: SampleCase, own: str, other: str, after: int) -> None:
        for ident, visible in ((own, 1), (other, 0)):
            seen = await self.ask(expert(ident), case, "score-sheets", after=after)
            expect(f"sheets that {ident} sees before all are in", len(seen["sheets"]), visible)

    async def schedule_visit(self, case: SampleCase, step: Step) -> None:
        """Fix the day of the site visit."""
        visitors = [each["name"] for each in experts(case)[:2]]
        await self.send(OFFICER, case, step, "site-visit", {"visit_on": step.facts["visit_on"], "visitors": visitors})

    async def reschedule_visit(self, case: SampleCase, step: Step) -> None:
        """Fix another day."""
        body = {"visit_on": step.facts["visit_on"], "reason": "天气原因（虚构）"}
        await self.send(OFFICER, case, step, "site-visit/day", body)

    async def report_visit(self, case: SampleCase, step: Step) -> None:
        """What the visit found, with a photograph."""
        case_id = self._case_ids[case.name]
        photo = ("大厅.png", picture(len(case.name) * 17 + step.on.day))
        path = f"/cases/{case_id}/photographs"
        stored = await self._desks.upload(OFFICER, "review", path, {}, photo, key=f"{step.case} photo")
        checklist = [{"item": each.key, "met": True, "remark": ""} for each in self._policy.site_visit_checklist]
        body = {
            "visited_on": step.on.isoformat(),
            "attended_by": [each["name"] for each in experts(case)[:2]],
            "checklist": checklist,
            "photographs": [stored],
            "findings": "现场情况与材料基本一致（虚构）",
            "dissent": "",
        }
        await self.send(OFFICER, case, step, "site-visit/report", body)

    async def conclude_panel(self, case: SampleCase, step: Step) -> None:
        """The panel's average, over all valid sheets."""
        done = await self.send(OFFICER, case, step, "panel/conclusion", {})
        row = await self.ask(OFFICER, case, "", after=done["seq"])
        expect("the panel's average", float(row["average"]), float(step.facts["average"]))

    async def publicise(self, case: SampleCase, step: Step) -> None:
        """Publicity for five working days, the first included."""
        done = await self.send(OFFICER, case, step, "publicity", {"starts_on": step.on.isoformat()})
        row = await self.ask(OFFICER, case, "", after=done["seq"])
        expect("the last day of publicity", row["publicity_ends_on"], step.facts["ends"])

    async def object(self, case: SampleCase, step: Step) -> None:
        """Somebody of the public objects, without a token."""
        body = {"objector": "赵群众（虚构）", "text": "建议核实机构名录（虚构）"}
        await self._desks.post(
            None, "review", f"/cases/{self._case_ids[case.name]}/objections", body, key=f"{step.case} objection"
        )

    async def answer_objection(self, case: SampleCase, step: Step) -> None:
        """The objection is looked into and answered."""
        for each in await self.ask(OFFICER, case, "objections"):
            body = {"upheld": False, "answer": "经核实，名录无误（虚构）"}
            await self.send(OFFICER, case, step, f"objections/{each['objection_id']}/answer", body)

    async def approve(self, case: SampleCase, step: Step) -> None:
        """The approval, by the one who leads."""
        body = {"document_number": step.facts["number"], "approved_on": step.on.isoformat()}
        await self.send(LEAD, case, step, "approval", body)

    async def ask(self, who: Actor, case: SampleCase, what: str, *, after: int = 0) -> Any:
        """A question about a case."""
        path = f"/cases/{self._case_ids[case.name]}"
        return await self._desks.get(who, "review", f"{path}/{what}" if what else path, after=after)

    async def send(
        self, who: Actor, case: SampleCase, step: Step, what: str, body: dict[str, Any], *, key: str = ""
    ) -> dict[str, Any]:
        """A command about a case."""
        path = f"/cases/{self._case_ids[case.name]}/{what}"
        return await self._desks.post(who, "review", path, body, key=f"{step.case} {step.on} {key or what}")
