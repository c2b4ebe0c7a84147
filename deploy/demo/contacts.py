"""Whom the offices of the demonstration are told through: registered before the play."""

from __future__ import annotations

from collections.abc import Iterator

from deploy.demo.cases import OldCode, SampleCase
from deploy.demo.desks import Desks
from deploy.demo.judging import experts
from deploy.local.issuer.people import OFFICER


def offices(cases: tuple[SampleCase, ...], old: OldCode) -> Iterator[tuple[str, str]]:
    """Every office that may be told something before an application names its people, and what it is called."""
    yield "province", "省科技厅专利管理处（虚构）"
    for code in dict.fromkeys(case.city for case in cases):
        yield f"city:{code}", f"市（州）科技局{code}（虚构）"
    yield f"county:{old.county}", old.county_unit["name"]
    yield f"unit:{old.key_unit['uscc']}", old.key_unit["name"]
    for case in cases:
        yield f"county:{case.county}", case.facts["county_unit"]["name"]
        yield f"unit:{case.key_unit}", case.facts["key_unit"]["name"]
        for each in experts(case):
            yield f"expert:{each['expert_id']}", each["name"]


async def register_contacts(desks: Desks, cases: tuple[SampleCase, ...], old: OldCode) -> None:
    """Register each with a number and an address that nobody can have."""
    for number, (office, name) in enumerate(offices(cases, old), start=1):
        body = {"name": name, "phone": f"0000-{9_000_000 + number}", "email": f"office{number}@example.invalid"}
        await desks.post(OFFICER, "notify", f"/contacts/{office}", body, key=f"contact {office}")
