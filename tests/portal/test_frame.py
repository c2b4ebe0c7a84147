"""What every page is made with: words, forms, paths, problems. Pure, without a server."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from services.portal.calling.explanation import PlainProblem, Remark, explained
from services.portal.calling.services import within
from services.portal.frame import wording
from services.portal.frame.forms import SentForm, comes_from, read_form
from services.portal.frame.labels import labels_of
from services.portal.frame.navigation import ways_of
from services.portal.frame.paths import way_in, within_the_portal
from services.portal.frame.rendering import Rendering
from shared.contracts.core import Role
from shared.service.http.advice import advice_on
from shared.service.http.problems import Problem

THURSDAY = date(2020, 11, 12)


def test_days_are_written_as_an_office_writes_them() -> None:
    assert wording.day(THURSDAY, "zh") == "2020年11月12日"
    assert wording.day(THURSDAY, "zh", weekday=True) == "2020年11月12日，星期四"
    assert wording.day("2020-11-12", "en", weekday=True) == "12 November 2020, Thursday"
    assert wording.day(None, "zh") == ""


def test_moments_are_in_chinas_time() -> None:
    late = datetime(2020, 11, 12, 16, 5, tzinfo=UTC)
    assert wording.moment(late, "zh") == "2020年11月13日 00:05"
    assert wording.moment("2020-11-12T16:05:00Z", "en") == "13 November 2020 00:05"


@pytest.mark.parametrize(
    ("left", "zh", "en"),
    [
        (3, "还有 3 个工作日", "3 working days left"),
        (1, "还有 1 个工作日", "1 working day left"),
        (0, "今天到期", "due today"),
        (-2, "已超 2 个工作日", "2 working days late"),
    ],
)
def test_working_days_are_said_not_counted(left: int, zh: str, en: str) -> None:
    assert (wording.working_days(left, "zh"), wording.working_days(left, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("value", "said"),
    [(3495, "3,495"), ("86.40", "86.40"), (Decimal("0.5"), "0.5"), (None, ""), ("no number", "no number")],
)
def test_numbers_keep_their_digits(value: object, said: str) -> None:
    assert wording.number(value) == said  # type: ignore[arg-type]


def test_a_form_gives_what_was_typed_and_not_what_the_frame_added() -> None:
    form = SentForm(
        {
            "_guard": ["g"],
            "_key": ["no uuid"],
            "_version": ["7"],
            "form.units.0.name": [" 甲 "],
            "kinds": ["a", "", "b"],
        }
    )
    assert form.text("form.units.0.name") == "甲"
    assert form.texts("kinds") == ["a", "b"]
    assert form.version == 7
    assert set(form.typed) == {"form.units.0.name", "kinds"}
    assert form.guarded_by("g")
    assert not form.guarded_by("")
    assert len(form.key) == 36


@pytest.mark.parametrize("version", ["", "-1", "1.5", "７", "99999999999"])
def test_a_version_that_is_none_asks_for_none(version: str) -> None:
    assert SentForm({"_version": [version]}).version is None


def _request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw})


def test_a_form_comes_from_our_own_pages() -> None:
    ours = "https://portal.example"
    assert comes_from(_request(sec_fetch_site="same-origin"), ours)
    assert comes_from(_request(origin=ours), ours)
    assert comes_from(_request(), ours)
    assert not comes_from(_request(sec_fetch_site="cross-site", origin=ours), ours)
    assert not comes_from(_request(sec_fetch_site="same-site"), ours)
    assert not comes_from(_request(origin="null"), ours)


@pytest.mark.parametrize("path", ["/", "/desk", "/cases?q=阶段:考察", "/a//b"])
def test_a_path_of_the_portal_is_kept(path: str) -> None:
    assert within_the_portal(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "desk", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "/a\x00", "/" + "a" * 2000],
)
def test_a_path_that_leads_elsewhere_leads_to_the_start(path: str) -> None:
    assert within_the_portal(path) == "/"


def test_the_way_in_carries_a_path_whole() -> None:
    assert way_in("/cases?q=a&b=c") == "/sign-in?back=%2Fcases%3Fq%3Da%26b%3Dc"


def test_what_a_person_typed_stays_one_part_of_a_path() -> None:
    assert within("cases", "../../x", "a?b") == "/cases/..%2F..%2Fx/a%3Fb"


def test_a_problem_document_is_told_at_its_fields() -> None:
    problem = {
        "type": "urn:juqu:rule:form-is-complete",
        "title": "The form is not complete",
        "title_zh": "表格不完整",
        "remedy": "Fill in what is missing",
        "remedy_zh": "请补全",
        "clause": "四（四）1",
        "reasons": [
            {"field": "form.name", "rule": "x", "clause": "附件1", "message": "is missing", "message_zh": "未填写"},
            {"field": "form.area", "rule": "y", "clause": "-", "message": "takes a number"},
            "not a reason",
        ],
    }
    said = explained(422, problem)
    assert (said.rule, said.title_zh, said.clause, said.unknown) == (
        "form-is-complete",
        "表格不完整",
        "四（四）1",
        False,
    )
    assert [(remark.field, remark.text_zh) for remark in said.remarks] == [
        ("form.name", "未填写"),
        ("form.area", "takes a number"),
    ]


def test_a_problem_with_one_field_is_told_there() -> None:
    said = explained(
        409, {"title": "No", "title_zh": "不行", "field": "opinion", "detail": "too short", "detail_zh": "过短"}
    )
    assert [(remark.field, remark.text, remark.text_zh) for remark in said.remarks] == [
        ("opinion", "too short", "过短")
    ]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_nobody_knows_what_became_of_what_failed_on_our_side(status: int) -> None:
    assert explained(status, {}).unknown


def test_advice_for_programs_is_not_given_to_people() -> None:
    general = advice_on(503)
    said = explained(503, {"remedy": general.en, "remedy_zh": general.zh})
    assert (said.remedy, said.remedy_zh) == ("Try again in a minute.", "请稍后再试。")
    own = explained(503, {"remedy": "Wait for the seal", "remedy_zh": "请等待盖章"})
    assert own.remedy_zh == "请等待盖章"


def test_a_chinese_page_says_nothing_in_english() -> None:
    said = explained(422, {"title": "No", "title_zh": "不行", "detail": "It should look like this"})
    assert (said.detail, said.detail_zh) == ("It should look like this", "")
    assert explained(502, {"title": "No", "detail": "away"}).detail_zh == "away"


def test_a_field_is_called_what_the_page_calls_it() -> None:
    page = """<label for="a">甲 <span class="optional">（选填）</span></label><input id="a">
    <fieldset class="field" id="b"><legend>乙\n 丙</legend><label><input type="radio"> 是</label></fieldset>
    <label for="c">丁 <span>戊</span></label>"""
    assert labels_of(page) == {"a": "甲", "b": "乙 丙", "c": "丁 戊"}


def test_the_summary_names_the_field_where_the_remark_does_not() -> None:
    remarks = (Remark("a", "is missing", "缺少此项"), Remark("b", "B is too short", "乙过短"))
    problem = PlainProblem(422, "x", "No", "不行", remarks=remarks)
    macros: Any = Rendering().environment.get_template("parts/frame.html").module
    shown = str(macros.problem_summary(problem, _in_chinese, {"a": "甲", "b": "乙"}))
    assert ">甲：缺少此项</a>" in shown
    assert ">乙过短</a>" in shown


def _in_chinese(zh: str, _en: str) -> str:
    return zh


def test_everybody_sees_the_ways_that_are_theirs() -> None:
    public = {way.path for way in ways_of(frozenset(), "/")}
    officer = {way.path for way in ways_of(frozenset({Role.PROVINCE}), "/cases/1?x=/desk")}
    assert "/register" in public
    assert "/desk" not in public
    assert {"/desk", "/cases", "/register"} <= officer
    assert "/operations" not in officer
    assert [way.path for way in ways_of(frozenset({Role.PROVINCE}), "/cases/1?x=/desk") if way.here] == ["/cases"]


def test_every_template_can_be_read() -> None:
    environment = Rendering().environment
    names = environment.list_templates()
    assert "frame/base.html" in names
    for name in names:
        environment.get_template(name)


def post_of(pieces: list[bytes]) -> Request:
    """A request with a form, which arrives in pieces."""
    coming = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    coming.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Message:
        return coming.pop(0)

    headers = [(b"content-type", b"multipart/form-data; boundary=b")]
    return Request({"type": "http", "method": "POST", "headers": headers, "app": None}, receive)


FILE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF\r\n--b--\r\n'


async def test_a_form_is_read_up_to_its_limit_and_no_further() -> None:
    form = await read_form(post_of([FILE]), len(FILE))
    assert form.file("file") is not None
    assert [each.filename for each in form.files["file"]] == ["a.pdf"]
    pieces = [FILE[:-7], *[b"x" * 1000] * 1000]
    with pytest.raises(Problem) as refused:
        await read_form(post_of(pieces), 2000)
    assert refused.value.status == 413
    assert refused.value.body["detail_zh"]


@pytest.mark.parametrize("sent", [b"--c\r\n", FILE[: -len("--b--\r\n")] * 21 + b"--b--\r\n"])
async def test_a_form_that_cannot_be_read_is_refused_in_both_languages(sent: bytes) -> None:
    with pytest.raises(Problem) as refused:
        await read_form(post_of([sent]), 10_000)
    assert refused.value.status == 400
    assert refused.value.body["title_zh"] == "表单无法读取"
