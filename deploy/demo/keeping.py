"""What happens in a district's term in the demonstration, over lifecycle's API."""

from __future__ import annotations

from typing import Any

from deploy.demo.cases import SampleCase, Step
from deploy.demo.desks import Desks
from deploy.demo.filing import expect
from deploy.demo.papers import pdf
from deploy.local.issuer.people import LEAD, OFFICER, city, county
from shared.contracts.core import Actor


class Keeping:
    """A district from its designation to its fate."""

    def __init__(self, desks: Desks, case_ids: dict[str, str]) -> None:
        self._desks = desks
        self._case_ids = case_ids

    async def designated(self, case: SampleCase, step: Step) -> None:
        """The approval began a term of three years."""
        row = await self.ask(OFFICER, case, "")
        expect("first day of the term", row["first_day"], step.facts["first_day"])
        expect("last day of the term", row["last_day"], step.facts["last_day"])

    async def report(self, case: SampleCase, step: Step) -> None:
        """Two documents in one filing, two receipts."""
        year = step.facts["year"]
        body: dict[str, Any] = {"year": year}
        for part, title in (("summary", f"{year - 1}年度工作总结"), ("plan", f"{year}年度工作计划")):
            body[part] = await self._document(case, step, part, f"{title}（虚构）")
        done = await self.send(county(case.county), case, step, "reports", body)
        for who in (city(case.city), OFFICER):
            await self.send(who, case, step, "report-receipts", {"year": year}, key=f"receipt {who.office}")
        if "late_by" in step.facts:
            rows = await self.ask(OFFICER, case, "reports", after=done["seq"])
            late = next(each["late_by"] for each in rows if each["year"] == year)
            expect(f"working days that the report of {year} is late", late, step.facts["late_by"])

    async def _document(self, case: SampleCase, step: Step, part: str, title: str) -> dict[str, Any]:
        path = f"/districts/{self._case_ids[case.name]}/documents"
        file = (f"{title}.pdf", pdf(f"{case.name} {title}"))
        key = f"{step.case} {step.on} {part}"
        return await self._desks.upload(county(case.county), "lifecycle", path, {}, file, key=key)

    async def support(self, case: SampleCase, step: Step) -> None:
        """An inspection, or guidance, by the city."""
        body = {"kind": step.facts["kind"], "held_on": step.on.isoformat(), "findings": "运行正常（虚构）"}
        await self.send(city(case.city), case, step, "support", body)

    async def roster(self, case: SampleCase, step: Step) -> None:
        """The institutions as they are by now."""
        body = {"as_of": step.on.isoformat(), "institutions": case.facts["institutions"]}
        await self.send(county(case.county), case, step, "roster", body)

    async def assess(self, case: SampleCase, step: Step) -> None:
        """The assessment at the end of the term, resting on events of the district."""
        events = await self.ask(OFFICER, case, "timeline")
        evidence = [{"event_id": events[0]["event_id"], "shows": "设立（虚构）"}]
        body = {
            "thinking": str(step.facts["thinking"]),
            "practice": str(step.facts["practice"]),
            "evidence": evidence,
        }
        done = await self.send(OFFICER, case, step, "assessment/conclusion", body)
        assessment = (await self.ask(OFFICER, case, "assessments", after=done["seq"]))[-1]
        expect("score of the assessment", float(assessment["score"]), float(step.facts["score"]))
        expect("grade", assessment["result"], step.facts["grade"])

    async def recommend(self, case: SampleCase, step: Step) -> None:
        """First for the national zone."""
        await self.send(OFFICER, case, step, "recommendation", {})

    async def retain(self, case: SampleCase, step: Step) -> None:
        """The title is kept."""
        await self.send(OFFICER, case, step, "retention", {})

    async def order_rectification(self, case: SampleCase, step: Step) -> None:
        """Rectify, within six months."""
        done = await self.send(
            OFFICER, case, step, "rectification", {"requirements": "补齐年度报告，充实服务机构（虚构）"}
        )
        row = await self.ask(OFFICER, case, "", after=done["seq"])
        expect("day by which to rectify", row["rectification_due"], step.facts["due"])

    async def rectification_report(self, case: SampleCase, step: Step) -> None:
        """The county reports what it mended."""
        stored = await self._document(case, step, "mended", "整改报告（虚构）")
        body = {"text": "已按要求整改（虚构）", "documents": [stored]}
        await self.send(county(case.county), case, step, "rectification/report", body)

    async def expect_lapse(self, case: SampleCase, step: Step) -> None:
        """Nobody reported, and the deadline said so by itself."""
        events = await self.ask(OFFICER, case, "timeline")
        expect("last event", events[-1]["type"], "lifecycle.RectificationLapsed")
        expect("day of the lapse", events[-1]["effective_on"], step.on.isoformat())

    async def reassess(self, case: SampleCase, step: Step) -> None:
        """Assessed again after the time to rectify."""
        points = str(step.facts["score"])
        body = {"thinking": points, "practice": points, "reasons": "整改复核（虚构）"}
        await self.send(OFFICER, case, step, "rectification/reassessment", body)

    async def invite_hearing(self, case: SampleCase, step: Step) -> None:
        """The district may state and defend."""
        await self.send(OFFICER, case, step, "hearing", {"grounds": "整改后仍不合格（虚构）"})

    async def state(self, case: SampleCase, step: Step) -> None:
        """It does."""
        await self.send(county(case.county), case, step, "hearing/statements", {"text": "请求再给予时间（虚构）"})

    async def revoke(self, case: SampleCase, step: Step) -> None:
        """The title is revoked, and the remedies are named."""
        body = {
            "document_number": step.facts["number"],
            "reasons": "期满考核不合格，限期整改后仍不合格（虚构）",
            "statement_considered": "陈述意见已研究，理由不成立（虚构）",
            "remedies": "可在60日内申请行政复议，或在6个月内提起行政诉讼",
        }
        await self.send(LEAD, case, step, "revocation", body)

    async def ask(self, who: Actor, case: SampleCase, what: str, *, after: int = 0) -> Any:
        """A question about a district."""
        path = f"/districts/{self._case_ids[case.name]}"
        return await self._desks.get(who, "lifecycle", f"{path}/{what}" if what else path, after=after)

    async def send(
        self, who: Actor, case: SampleCase, step: Step, what: str, body: dict[str, Any], *, key: str = ""
    ) -> dict[str, Any]:
        """A command about a district."""
        path = f"/districts/{self._case_ids[case.name]}/{what}"
        return await self._desks.post(who, "lifecycle", path, body, key=f"{step.case} {step.on} {key or what}")
