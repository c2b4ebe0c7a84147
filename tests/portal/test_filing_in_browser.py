"""The same in a real browser: what scripts add, and how the pages look to those who cannot see, point or have room."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from deploy.demo.papers import pdf
from shared.programme.values.uscc import Uscc, UsccError
from tests.portal.conftest import Town
from tests.portal.looking import PHONE, barriers, scrolls_sideways
from tests.portal.test_filing import FACTS, FIRMS, Applicants

Look = Callable[..., BrowserContext]
PAGES = (
    "", "/form/people", "/form/roster", "/form/staff", "/form/plan", "/form/coverage", "/form/coverage/patent",
    "/units", "/evidence", "/seals", "/withdrawal",
)  # fmt: skip


@pytest.fixture(scope="module")
def drawn_up(town: Town) -> Applicants:
    """An application with everything written."""
    applicants = Applicants(town)
    applicants.write()
    applicants.upload("work_plan")
    return applicants


def test_county_and_unit_draw_it_up_together_and_send_it(town: Town, look: Look, tmp_path: Path) -> None:
    applicants = Applicants(town)
    county, unit = look(applicants.county).new_page(), look(applicants.unit).new_page()
    for page in (county, unit):
        page.set_default_timeout(30_000)
    _write_the_roster(county, applicants.path)
    _type_and_come_back(county, applicants.path)
    applicants.write()
    _upload(county, applicants.path, tmp_path)
    for page in (county, unit):
        page.goto(f"{applicants.path}/seals")
        page.get_by_role("button", name="盖章", exact=True).click()
        expect(page.get_by_role("status")).to_have_text("已盖章。")
    county.goto(f"{applicants.path}/seals")
    county.get_by_role("button", name="报送").click()
    expect(county.get_by_role("status")).to_have_text("已报送。")
    expect(county.get_by_role("complementary")).to_contain_text("长春市科技局")


def _write_the_roster(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_role("link", name="服务机构名册").click()
    first = page.get_by_role("group", name="第 1 家")
    first.get_by_label("机构名称").fill(FIRMS[0]["name"])
    code = first.get_by_label("统一社会信用代码")
    code.fill(FIRMS[0]["uscc"][:-1] + "X")
    expect(first.get_by_role("status")).to_contain_text("校验位不符")
    code.fill(FIRMS[0]["uscc"])
    expect(first.get_by_role("status")).to_have_text("代码正确")
    page.get_by_role("button", name="再加一家").click()
    expect(page.get_by_role("group", name="第 4 家")).to_be_visible()
    expect(page.get_by_role("group", name="第 4 家").get_by_label("机构名称")).to_be_focused()
    page.get_by_role("group", name="第 2 家").get_by_role("button", name="删去这一家").click()
    expect(page.get_by_role("group", name="第 4 家")).to_have_count(0)
    expect(page.locator("[data-checked]")).to_contain_text("服务机构去重后1家<3家")
    expect(page.locator("[data-checked]")).to_contain_text("再引进或培育2家服务机构后申报")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("“服务机构名册”已保存，其中还有1处须改正或者补齐，报送前请处理。")


def _type_and_come_back(page: Page, path: str) -> None:
    page.goto(f"{path}/form/plan")
    page.get_by_label("未来三年发展目标和规划").fill("写到一半就走了")
    expect(page.locator("[data-kept]")).to_contain_text("已暂存于")
    page.goto(f"{path}/form/plan")
    expect(page.get_by_label("未来三年发展目标和规划")).to_have_value("")
    page.get_by_role("link", name="接着填写").click()
    expect(page.get_by_label("未来三年发展目标和规划")).to_have_value("写到一半就走了")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已保存")


def _upload(page: Page, path: str, folder: Path) -> None:
    for kind in ("work_plan", "special_fund"):
        file = folder / f"{kind}.pdf"
        file.write_bytes(pdf(f"{path} {kind}"))
        page.goto(f"{path}/evidence")
        page.get_by_label("材料类别").select_option(kind)
        page.locator("#file").set_input_files(file)
        page.get_by_role("button", name="上传", exact=True).last.click()
        expect(page.get_by_role("status")).to_have_text("已上传 1 份文件。")
        expect(page.get_by_role("heading", name=re.compile("必交")).filter(has_text=kind)).to_have_count(0)
    page.get_by_role("button", name="上传", exact=True).last.click()
    expect(page.get_by_role("alert")).to_contain_text("请先选择文件")


def test_files_are_dropped_on_the_form(drawn_up: Applicants, look: Look) -> None:
    page = look(drawn_up.county).new_page()
    page.goto(f"{drawn_up.path}/evidence")
    page.get_by_label("材料类别").select_option("other")
    dropped = page.evaluate_handle(
        """([text]) => {
            const files = new DataTransfer();
            files.items.add(new File([text], "dropped.pdf", { type: "application/pdf" }));
            return files;
        }""",
        [pdf("dropped").decode("latin-1")],
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": dropped})
    page.get_by_role("button", name="上传", exact=True).last.click()
    expect(page.get_by_role("status")).to_have_text("已上传 1 份文件。")
    expect(page.get_by_role("link", name="dropped.pdf")).to_be_visible()


def test_who_looks_at_it_hears_of_what_the_other_does(drawn_up: Applicants, look: Look) -> None:
    window = look(drawn_up.county)
    page, beside = window.new_page(), window.new_page()
    page.goto(f"{drawn_up.path}/form/plan")
    field = page.get_by_label("未来三年发展目标和规划")
    page.bring_to_front()
    field.fill("写到一半（虚构）")
    changed = page.get_by_text("本页内容已有变化。")
    expect(changed).to_be_hidden()
    drawn_up.save(drawn_up.unit, "key-unit", key_unit_narrative__overview="另一单位改过的概述（虚构）")
    expect(changed).to_be_visible(timeout=30_000)
    expect(field).to_be_focused()
    expect(field).to_have_value("写到一半（虚构）")
    beside.goto(drawn_up.path)
    expect(beside.get_by_text("本页内容已有变化。")).to_be_hidden()
    assert barriers(page) == []
    page.get_by_role("button", name="稍后").click()
    expect(changed).to_be_hidden()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_can_be_used_by_everybody(drawn_up: Applicants, look: Look, language: str) -> None:
    context = look(drawn_up.county, viewport=PHONE)
    page = context.new_page()
    page.goto(f"/language/{language}?back=%2Fapplications")
    wrong = {}
    for path in ("/applications", "/applications/new", "/contacts", *(drawn_up.path + each for each in PAGES)):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert len(answer.body()) < 100_000, path
        found = barriers(page) + (["it scrolls sideways"] if scrolls_sideways(page) else [])
        if found:
            wrong[path] = found
    assert not wrong


def test_scripts_judge_codes_as_the_service_does(town: Town, look: Look) -> None:
    page = look().new_page()
    page.goto("/")
    style = page.locator("link[rel=stylesheet]").get_attribute("href") or ""
    codes = [
        FACTS["key_unit"]["uscc"],
        "91220113dem000022-4",
        "９１220113DEM0000224",
        "91220113DEM000022X",
        "9122",
        "I" * 18,
    ]
    codes += [firm["uscc"] for firm in FIRMS] + ["9122A113DEM0000224", "11220113DEM000014H"]
    judged = page.evaluate(
        "([module, codes]) => import(module).then(({ judged }) => codes.map((code) => judged(code)[0]))",
        [style.replace("style.css", "uscc.js"), codes],
    )
    assert judged == [_judged(code) for code in codes]


def _judged(code: str) -> str:
    try:
        Uscc.parse(code)
    except UsccError as error:
        return {"length": "short", "check_digit": "check"}.get(
            error.rule, "digit" if "数字" in error.message_zh else "letter"
        )
    return "right"
