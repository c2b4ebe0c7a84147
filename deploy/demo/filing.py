"""What applicants and their city do in the demonstration, over intake's API."""

from __future__ import annotations

from typing import Any

from deploy.demo.cases import OTHER_EVIDENCE, OldCode, SampleCase, Step
from deploy.demo.desks import Desks, ProblemAnswer
from deploy.demo.papers import pdf
from deploy.local.issuer.people import CLERK, city, county, unit
from shared.contracts.core import Actor


class Unexpected(Exception):
    """The system answered otherwise than the case expects."""


def expect(what: str, actual: object, wanted: object) -> None:
    """Raise ``Unexpected`` where something is not as the case has it."""
    if actual != wanted:
        raise Unexpected(f"{what}: expected {wanted!r}, found {actual!r}")


class Filing:
    """Applications, on line and on paper."""

    def __init__(self, desks: Desks, case_ids: dict[str, str]) -> None:
        self._desks = desks
        self._case_ids = case_ids

    async def apply(self, case: SampleCase, step: Step) -> None:
        """The joint draft, both seals on one packet, and off to the city."""
        await self._draft(case, step)
        await self.seal(case, step)
        await self.send(county(case.county), case, step, "endorsement-request", {})

    async def apply_in_vain(self, case: SampleCase, step: Step) -> None:
        """An application that does not meet the conditions is not sent on, and says why."""
        await self._draft(case, step)
        await self.seal(case, step)
        preview = await self.ask(county(case.county), case, "eligibility")
        shown = [each for each in preview["conditions"] if each["outcome"] == "not_met"]
        expect("conditions not met, as shown before filing", len(shown), step.facts["not_met"])
        try:
            await self.send(county(case.county), case, step, "endorsement-request", {})
        except ProblemAnswer as refusal:
            reasons = [each["message_zh"].partition("；")[0] for each in refusal.problem["reasons"]]
            expect("reasons of the refusal", reasons, case.facts["fails"])
        else:
            raise Unexpected("an application that is not eligible was sent on")

    async def _draft(self, case: SampleCase, step: Step) -> None:
        facts = case.facts
        body = {"division_code": case.county, "county_unit": facts["county_unit"], "key_unit": facts["key_unit"]}
        opened = await self._desks.post(county(case.county), "intake", "/applications", body, key=f"{step.case} open")
        self._case_ids[case.name] = opened["case_id"]
        narrative = case.form()["key_unit_narrative"]
        half = case.form(key_unit_narrative={})
        await self.send(county(case.county), case, step, "form", {"form": half}, key="form of the county")
        whole = case.form(key_unit_narrative=narrative)
        await self.send(unit(case.key_unit), case, step, "form", {"form": whole}, key="form of the key unit")
        for kind in ("work_plan", *OTHER_EVIDENCE, *(("special_fund",) if case.has_fund else ())):
            await self.attach(case, step, kind)

    async def attach(self, case: SampleCase, step: Step, kind: str) -> None:
        """Add a document to the packet."""
        path = f"/applications/{self._case_ids[case.name]}/attachments"
        fields = {"kind": kind, "title": f"{case.facts['county_name']} {kind}（虚构）"}
        content = pdf(f"{case.name} {kind}")
        who, key = county(case.county), f"{step.case} {step.on} {kind}"
        await self._desks.upload(who, "intake", path, fields, (f"{kind}.pdf", content), key=key)

    async def seal(self, case: SampleCase, step: Step, *others: Actor) -> None:
        """County and key unit (and others) seal the packet as it is."""
        for who in (county(case.county), unit(case.key_unit), *others):
            sha256 = (await self.ask(who, case, "packet"))["packet_sha256"]
            await self.send(who, case, step, "seals", {"packet_sha256": sha256}, key=f"seal {who.office}")

    async def endorse(self, case: SampleCase, step: Step) -> None:
        """The city agrees and seals the same packet."""
        who = city(case.city)
        sha256 = (await self.ask(who, case, "packet"))["packet_sha256"]
        body = {"opinion": "材料真实，同意推荐（虚构）", "packet_sha256": sha256}
        await self.send(who, case, step, "endorsement", body)

    async def paper(self, case: SampleCase, step: Step) -> None:
        """An officer keys in a paper filing with its defects."""
        facts, first = case.facts, case.facts["as_first_submitted"]
        documents = []
        for kind in ("work_plan", *OTHER_EVIDENCE):
            name = (f"{kind}.pdf", pdf(f"{case.name} {kind}"))
            file = await self._desks.upload(CLERK, "intake", "/documents", {}, name, key=f"{step.case} {kind}")
            documents.append({"kind": kind, "title": "", "file": file})
        key_unit = facts["key_unit"] | {"uscc": first["key_unit_uscc"]}
        body = {
            "division_code": case.county,
            "county_unit": facts["county_unit"],
            "key_unit": key_unit,
            "received_on": step.on.isoformat(),
            "form": case.form(key_unit=key_unit, staff=first["staff"], institutions=facts["institutions"]),
            "documents": documents,
            "paper_seals": ["county"],
        }
        keyed = await self._desks.post(CLERK, "intake", "/paper-applications", body, key=f"{step.case} paper")
        self._case_ids[case.name] = keyed["case_id"]
        row = await self.ask(CLERK, case, "", after=keyed["seq"])
        defects = [each["message_zh"] for each in row["defects"] if each["severity"] == "error"]
        expect("defects of the paper filing", len(defects), step.facts["defects"])

    async def correct(self, case: SampleCase, step: Step) -> None:
        """The applicants mend what the notice names, all three seal again, and the county answers."""
        mend = {"sealer": "key-unit", "unit": case.facts["key_unit"]}
        await self.send(county(case.county), case, step, "unit-correction", mend)
        await self.send(county(case.county), case, step, "form", {"form": case.form()})
        await self.attach(case, step, "special_fund")
        await self.seal(case, step, city(case.city))
        await self.send(county(case.county), case, step, "correction", {})

    async def old_code(self, old: OldCode) -> str:
        """Apply under a code that no longer holds; give what was explained."""
        who = county(old.county)
        units = {"county_unit": old.county_unit, "key_unit": old.key_unit}
        body = {"division_code": old.division_code, **units}
        opened = await self._desks.post(who, "intake", "/applications", body, key="old code")
        self._case_ids["OLD-CODE"] = opened["case_id"]
        row = await self._desks.get(who, "intake", f"/applications/{opened['case_id']}", after=opened["seq"])
        expect("county of the old code", row["county"], old.county)
        expect("city of the old code", row["endorser"], old.routed_to)
        return str(row["route_note"])

    async def ask(self, who: Actor, case: SampleCase, what: str, *, after: int = 0) -> Any:
        """A question about a case."""
        path = f"/applications/{self._case_ids[case.name]}"
        return await self._desks.get(who, "intake", f"{path}/{what}" if what else path, after=after)

    async def send(
        self, who: Actor, case: SampleCase, step: Step, what: str, body: dict[str, Any], *, key: str = ""
    ) -> dict[str, Any]:
        """A command about a case."""
        path = f"/applications/{self._case_ids[case.name]}/{what}"
        return await self._desks.post(who, "intake", path, body, key=f"{step.case} {step.on} {key or what}")
