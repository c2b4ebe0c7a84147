"""An application in the portal, by people without scripts: two draw it up, seal it, and send it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.demo.papers import pdf
from deploy.local.issuer.people import OFFICER
from shared.contracts.core import Actor, Role
from tests.credit_codes import credit_code
from tests.portal.browsing import Browser, WebForm, WebPage
from tests.portal.conftest import Town

FACTS: dict[str, Any] = next(
    case
    for case in json.loads(Path("deploy/demo/cases.json").read_text(encoding="utf-8"))["cases"]
    if case["county"] == "220113"
)
FIRMS: list[dict[str, Any]] = FACTS["institutions"]
_UNITS = count(700_001)


class Applicants:
    """A county and a key unit of their own, each in a browser, and their application."""

    def __init__(self, town: Town) -> None:
        self.county = town.signed_in(office="county 220113", name="王样例")
        self.uscc = credit_code(f"91220113DEM{next(_UNITS):06d}")
        self.unit = town.signed_in(uscc=self.uscc)
        opened = self.county.send(
            self.county.open("/applications/new"),
            "/applications/new",
            county_unit__name=FACTS["county_unit"]["name"],
            county_unit__uscc=FACTS["county_unit"]["uscc"],
            key_unit__name="九台示例知识产权服务有限公司（虚构）",
            key_unit__uscc=self.uscc,
        )
        assert opened.status == 200, opened.text
        self.path = opened.path

    def save(self, who: Browser, key: str, **values: str | list[str]) -> WebPage:
        """Fill in a section and save it."""
        page = who.open(f"{self.path}/form/{key}")
        assert page.status == 200, page.text
        return who.send(page, f"/form/{key}", **{f"form__{name}": value for name, value in values.items()})

    def write(self) -> None:
        """Everything that the form asks for."""
        rows = {
            f"institutions__{number}__{name}": firm[name]
            for number, firm in enumerate(FIRMS)
            for name in ("name", "uscc", "categories")
        }
        plan = FACTS["goals_and_plan"]
        basis = FACTS["district_basis"]
        for key, values in (
            ("people", _person("county_contact") | _person("county_head")),
            ("district", {"district_basis": basis, "industry_advantage": basis, "innovators": basis}),
            ("roster", rows),
            ("staff", {"staff__total": "41", "staff__patent_agents": "9", "staff__lawyers": "6"}),
            ("plan", {"goals_and_plan": plan, "development_plan": plan}),
            (
                "means",
                {
                    "management_body": "科（虚构）",
                    "special_fund_yuan": "2,000,000",
                    "special_fund_source": "财政",
                },
            ),
        ):
            saved = self.save(self.county, key, **values)
            assert (saved.status, saved.path) == (200, self.path), saved.text
        saved = self.save(
            self.unit, "key-unit", key_unit_narrative__overview=FACTS["key_unit_overview"], **_person("key_unit_head")
        )
        assert saved.status == 200, saved.text

    def upload(self, kind: str, who: Browser | None = None) -> WebPage:
        """Add a document."""
        browser = who or self.county
        page = browser.open(f"{self.path}/evidence")
        return browser.send(page, f"{self.path}/evidence", {"file": _file(self.path, kind)}, kind=kind)

    def seal(self) -> None:
        """Both seals."""
        for browser in (self.county, self.unit):
            page = browser.send(browser.open(f"{self.path}/seals"), "/seals")
            assert "已盖章。" in page.text, page.text


def _file(path: str, kind: str) -> tuple[str, bytes]:
    return f"{kind}.pdf", pdf(f"{path} {kind}")


def _person(name: str) -> dict[str, str]:
    return {f"{name}__{key}": value for key, value in FACTS[name].items()}


@pytest.fixture
def applicants(town: Town) -> Applicants:
    return Applicants(town)


def test_from_the_first_line_to_the_city(town: Town, applicants: Applicants) -> None:
    path, county, unit = applicants.path, applicants.county, applicants.unit
    assert path in [address for _, address in unit.open("/applications").links]
    assert "尚不能办理" in county.open(path).text
    applicants.write()
    for kind in ("work_plan", "special_fund"):
        assert "已上传 1 份文件。" in applicants.upload(kind).text
    county.send(
        county.open(f"{path}/form/coverage/patent"), "/coverage/patent", form__coverage__agency=[FIRMS[0]["uscc"]]
    )
    assert "空缺 35 项" in county.open(f"{path}/form/coverage").text
    seals = county.open(f"{path}/seals")
    assert "不能报送" in seals.text
    applicants.seal()
    text = unit._client.get(town.portal + f"{path}/packet.txt", headers=_cookies(unit)).text
    assert sha256(text.encode()).hexdigest() in county.open(f"{path}/seals").text
    assert "由县（区）科技部门报送" in unit.open(f"{path}/seals").text
    begun = county.open(f"{path}/form/plan")
    sent = county.send(county.open(f"{path}/seals"), "/sending")
    assert (sent.status, sent.path) == (200, path), sent.text
    assert "等长春市科技局审核盖章" in sent.text
    assert "材料现已封存" in unit.open(f"{path}/form/plan").text
    assert f"{path}/form/plan" not in [form.action for form in unit.open(f"{path}/form/plan").forms]
    assert FIRMS[0]["uscc"] in unit.open(f"{path}/form/roster").text
    refused = county.send(begun, "/form/plan", form__goals_and_plan="写到一半")
    assert refused.status == 409
    assert refused.form("/form/plan").fields["form.goals_and_plan"] == ["写到一半"]
    assert "当前阶段不能修改申报材料" in refused.text
    city = town.signed_in(office="city 220100")
    assert "长春市九台区" in city.open(path).text


def test_the_city_returns_it_and_then_agrees_and_seals(town: Town, applicants: Applicants) -> None:
    path, county = applicants.path, applicants.county
    applicants.write()
    for kind in ("work_plan", "special_fund"):
        applicants.upload(kind)
    applicants.seal()
    county.send(county.open(f"{path}/seals"), "/sending")
    city = town.signed_in(office="city 220100")
    page = city.follow(city.open(path), "审核盖章")
    assert city.send(page, "/return").status == 422
    assert "已退回申报单位修改。" in city.send(page, "/return", changes="请补充人员证明（虚构）").text
    assert "请补充人员证明（虚构）" in county.open(path).text
    applicants.seal()
    county.send(county.open(f"{path}/seals"), "/sending")
    done = city.send(city.open(f"{path}/endorsement"), "/endorsement", opinion="同意推荐（虚构）")
    assert "申报已报省科技厅" in done.text, done.text
    assert applicants.county.open(f"{path}/endorsement").status == 403


def test_the_city_declines_with_reasons(town: Town, applicants: Applicants) -> None:
    applicants.write()
    for kind in ("work_plan", "special_fund"):
        applicants.upload(kind)
    applicants.seal()
    applicants.county.send(applicants.county.open(f"{applicants.path}/seals"), "/sending")
    city = town.signed_in(office="city 220100")
    done = city.send(city.open(f"{applicants.path}/endorsement"), "/refusal", reasons="条件不足（虚构）")
    assert "市（州）不同意" in done.text
    assert "条件不足（虚构）" in applicants.unit.open(applicants.path).text


def test_a_notice_stands_beside_what_was_changed_and_is_answered(town: Town, applicants: Applicants) -> None:
    path, county = applicants.path, applicants.county
    applicants.write()
    for kind in ("work_plan", "special_fund"):
        applicants.upload(kind)
    applicants.seal()
    county.send(county.open(f"{path}/seals"), "/sending")
    city = Actor("city-officer", "市局", "city:220100", frozenset({Role.CITY}))
    _notify(town, path, city)
    page = county.open(f"{path}/correction")
    assert "尚未改动" in page.text
    assert "请写明分年度目标" in page.text
    assert county.send(page, "/correction").status == 409, "nothing was changed yet"
    applicants.save(county, "plan", goals_and_plan="三年三步走（虚构）")
    applicants.save(county, "staff", staff__total="42")
    page = county.open(f"{path}/correction")
    assert "三年三步走（虚构）" in page.text
    assert "其他改动" in page.text
    assert "尚未改动" not in page.text
    applicants.seal()
    bureau = town.signed_in(office="city 220100")
    assert "已盖章。" in bureau.send(bureau.open(f"{path}/seals"), "/seals").text
    done = county.send(county.open(f"{path}/correction"), "/correction")
    assert "补正已报送省科技厅。" in done.text
    assert f"/cases/{path.rpartition('/')[2]}" in [address for _, address in done.links]


def test_what_is_wrong_stands_at_its_field_with_what_was_typed(applicants: Applicants) -> None:
    page = applicants.save(
        applicants.county,
        "roster",
        institutions__0__name="甲（虚构）",
        institutions__0__uscc="91220113DEM000022X",
        institutions__2__name="乙（虚构）",
        institutions__2__uscc="9122",
    )
    assert page.status == 422
    assert "校验位错误" in page.text
    assert "现为4位" in page.text
    fields = page.form("/form/roster").fields
    assert fields["form.institutions.0.uscc"] == ["91220113DEM000022X"]
    assert fields["form.institutions.1.name"] == ["乙（虚构）"], "rows move up where blank ones were"
    assert 'href="#form.institutions.1.uscc"' in page.html
    page = applicants.save(applicants.county, "staff", staff__total="四十一")
    assert page.status == 422
    assert page.form("/form/staff").fields["form.staff.total"] == ["四十一"]
    assert 'id="form.staff.total-wrong-1"' in page.html


def test_rows_come_and_go_without_scripts_and_nothing_is_saved_by_that(applicants: Applicants) -> None:
    county = applicants.county
    page = county.open(f"{applicants.path}/form/roster")
    form = page.form("/form/roster")
    typed = form.fields | {"form.institutions.0.name": ["甲（虚构）"], "form.institutions.1.name": ["乙（虚构）"]}
    page = county.submit(page, form, typed | {"_do": ["remove:0"]})
    assert page.form("/form/roster").fields["form.institutions.0.name"] == ["乙（虚构）"]
    page = county.press(page, "再加一家")
    fields = page.form("/form/roster").fields
    assert fields["form.institutions.0.name"] == ["乙（虚构）"]
    assert "form.institutions.2.name" in fields
    pasted = "丙（虚构）\t91220113DEM0000224\t法律服务"
    page = county.submit(page, page.form("/form/roster"), fields | {"_do": ["paste"], "_pasted": [pasted]})
    assert page.form("/form/roster").fields["form.institutions.1.categories"] == ["legal"]
    assert "甲" not in county.open(f"{applicants.path}/form/roster").text


def test_two_people_on_two_sections_do_not_meet(applicants: Applicants) -> None:
    county, unit = applicants.county, applicants.unit
    mine = county.open(f"{applicants.path}/form/plan")
    applicants.save(unit, "key-unit", key_unit_narrative__overview="重点单位写的")
    saved = county.send(mine, "/form/plan", form__goals_and_plan="县里写的")
    assert (saved.status, saved.path) == (200, applicants.path)
    assert "重点单位写的" in county.open(f"{applicants.path}/form/key-unit").html
    assert "县里写的" in county.open(f"{applicants.path}/form/plan").html


def test_two_people_on_one_section_see_both_and_choose(applicants: Applicants) -> None:
    county, unit = applicants.county, applicants.unit
    mine = county.open(f"{applicants.path}/form/plan")
    applicants.save(unit, "plan", goals_and_plan="对方的目标", development_plan="对方的规划")
    clash = county.send(mine, "/form/plan", form__goals_and_plan="我的目标", form__development_plan="我的规划")
    assert clash.status == 412
    assert "对方的目标" in clash.text
    assert clash.form("/form/plan").fields["form.goals_and_plan"] == ["我的目标"]
    saved = county.send(clash, "/form/plan", _taken=["form.development_plan"])
    assert saved.status == 200
    fields = county.open(f"{applicants.path}/form/plan").form("/form/plan").fields
    assert (fields["form.goals_and_plan"], fields["form.development_plan"]) == (["我的目标"], ["对方的规划"])


def test_a_change_after_sealing_is_announced_and_makes_the_seal_void(applicants: Applicants) -> None:
    applicants.save(applicants.county, "plan", goals_and_plan="三年目标")
    page = applicants.unit.send(applicants.unit.open(f"{applicants.path}/seals"), "/seals")
    assert "有效" in page.text
    assert "任何改动都会使印章失效" in applicants.county.open(f"{applicants.path}/form/plan").text
    applicants.save(applicants.county, "plan", goals_and_plan="三年新目标")
    assert "申报材料在盖章后有改动" in applicants.unit.open(f"{applicants.path}/seals").text


def test_a_packet_that_is_not_ready_is_not_sent_and_leads_to_what_is_missing(applicants: Applicants) -> None:
    applicants.save(applicants.county, "plan", goals_and_plan="三年目标")
    applicants.seal()
    refused = applicants.county.send(applicants.county.open(f"{applicants.path}/seals"), "/sending")
    assert refused.status == 422
    assert (f"{applicants.path}/form/district") in [address for _, address in refused.links]


def test_documents_have_versions_and_can_be_taken_out(applicants: Applicants) -> None:
    county, path = applicants.county, applicants.path
    nothing = county.send(county.open(f"{path}/evidence"), f"{path}/evidence")
    assert nothing.status == 422
    assert "请选择文件" in nothing.text
    page = applicants.upload("work_plan")
    renewing = next(form for form in page.forms if form.action.startswith(f"{path}/evidence/"))
    new = pdf("new version")
    page = county.submit(page, renewing, renewing.fields, {"file": ("new.pdf", new)})
    assert "第 2 版" in page.text
    assert sha256(new).hexdigest() in page.text
    address = next(address for _, address in page.links if address.endswith("/2"))
    got = county._client.get(county.portal + address, headers=_cookies(county))
    assert got.content == new
    assert got.headers["content-type"] == "application/pdf"
    wrong = county.send(page, f"{path}/evidence", {"file": ("a.pdf", b"no pdf")}, kind="other")
    assert wrong.status == 415
    page = county.press(page, "撤下")
    assert "已撤下的材料" in page.text


def test_a_unit_is_put_right_by_itself_or_by_the_county(applicants: Applicants) -> None:
    county, path = applicants.county, applicants.path
    page = county.open(f"{path}/units")
    wrong = county.send(page, "/units/key-unit", unit__uscc="91220113DEM000022X")
    assert wrong.status == 422
    assert "校验位错误" in wrong.text
    right = county.send(county.open(f"{path}/units"), "/units/key-unit", unit__name="更正后的名称（虚构）")
    assert "更正后的名称（虚构）" in right.text
    with pytest.raises(LookupError):
        applicants.unit.open(f"{path}/units").form("/units/county")


def test_it_is_taken_back_with_a_reason(applicants: Applicants) -> None:
    page = applicants.unit.open(f"{applicants.path}/withdrawal")
    assert applicants.unit.send(page, "/withdrawal").status == 422
    done = applicants.unit.send(page, "/withdrawal", reason="暂缓申报（虚构）")
    assert "已撤回" in done.text
    assert "暂缓申报（虚构）" in done.text


def test_what_was_typed_and_not_saved_is_offered_again_to_its_writer_alone(applicants: Applicants) -> None:
    county, unit = applicants.county, applicants.unit
    address = f"{applicants.path}/form/plan"
    form = county.open(address).form("/form/plan")
    kept = county.submit(
        county.open(address),
        WebForm("/drafts", "post"),
        form.fields | {"form.goals_and_plan": ["写到一半"], "_form": [address]},
    )
    assert json.loads(kept.html)["version"] == 1
    page = county.open(address)
    assert "尚未保存的内容" in page.text
    assert "写到一半" not in page.html
    assert "尚未保存的内容" not in unit.open(address).text
    resumed = county.open(f"{address}?resume=yes")
    assert resumed.form("/form/plan").fields["form.goals_and_plan"] == ["写到一半"]
    county.send(resumed, "/form/plan")
    assert "写到一半" in county.open(address).html
    assert "尚未保存的内容" not in county.open(address).text


def test_what_was_typed_can_be_thrown_away(applicants: Applicants) -> None:
    county, address = applicants.county, f"{applicants.path}/form/plan"
    form = county.open(address).form("/form/plan")
    county.submit(county.open(address), WebForm("/drafts", "post"), form.fields | {"_form": [address]})
    page = county.press(county.open(address), "放弃")
    assert page.path == address
    assert "尚未保存的内容" not in county.open(address).text


def test_a_draft_of_too_much_is_refused(applicants: Applicants) -> None:
    form = applicants.county.open(f"{applicants.path}/form/plan").form("/form/plan")
    much = form.fields | {f"form.x{number}": ["x" * 400_000] for number in range(3)}
    kept = applicants.county.submit(applicants.county.open("/applications"), WebForm("/drafts", "post"), much)
    assert kept.status == 413


def test_the_programme_is_asked_while_somebody_types(applicants: Applicants) -> None:
    county, address = applicants.county, f"{applicants.path}/form/means"
    form = county.open(address).form("/form/means")
    asked = WebForm(f"{address}/check", "post")
    typed = form.fields | {"form.special_fund_yuan": ["100"], "form.special_fund_source": ["甲款"]}
    said = county.submit(county.open(address), asked, typed)
    assert "专项经费100元，来源：甲款" in said.text
    assert "未写明知识产权管理机构" in said.text
    assert "甲款" not in county.open(address).html, "nothing is saved by asking"


def test_the_contact_of_an_office_is_registered(town: Town) -> None:
    unit = town.signed_in(uscc=credit_code(f"91220113DEM{next(_UNITS):06d}"))
    page = unit.open("/contacts")
    assert "尚未登记联系人" in page.text
    assert unit.send(page, "/contacts", name="李虚构").status in {409, 422}
    done = unit.send(page, "/contacts", name="李虚构", phone="0000-0000003", email="")
    assert "联系人已登记" in done.text
    assert done.form("/contacts").fields["phone"] == ["00000000003"]


def test_an_expert_has_no_business_here(town: Town) -> None:
    expert = town.signed_in(person="expert-demo-a-1")
    assert expert.open("/applications").status == 403
    assert expert.open("/applications/new").status == 403


def test_another_county_does_not_see_it(town: Town, applicants: Applicants) -> None:
    other = town.signed_in(office="county 220112")
    page = other.open(applicants.path)
    assert page.status == 403
    assert "不在您的办理范围内" in page.text


def _notify(town: Town, path: str, city: Actor) -> None:
    """The city agrees, and the province asks for a correction: over the services' APIs."""
    item = {"field": "form.goals_and_plan", "rule": "more", "clause": "附件1", "message": "by year"}
    items = {"items": [item | {"message_zh": "请写明分年度目标"}]}
    sha = _ask(town, city, f"{path}/packet")["packet_sha256"]
    opinion = {"opinion": "同意申报（虚构）", "packet_sha256": sha}
    assert _do(town, city, f"{town.urls['intake']}{path}/endorsement", opinion)
    case = town.urls["review"] + path.replace("/applications/", "/cases/")
    _until(lambda: _do(town, OFFICER, f"{case}/correction-notice", items))
    _until(lambda: _ask(town, city, path)["stage"] == "correcting")


def _ask(town: Town, who: Actor, path: str) -> dict[str, Any]:
    answer = httpx.get(town.urls["intake"] + path, headers=_as(town, who), trust_env=False, timeout=30)
    known: dict[str, Any] = answer.json()
    return known


def _do(town: Town, who: Actor, address: str, body: dict[str, Any]) -> bool:
    return httpx.post(address, headers=_as(town, who), json=body, trust_env=False, timeout=30).is_success


def _as(town: Town, who: Actor) -> dict[str, str]:
    return {"Authorization": f"Bearer {town.token(who)}", "Idempotency-Key": str(uuid4())}


def _until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.2)


def _cookies(browser: Browser) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies[browser.portal].items())}
