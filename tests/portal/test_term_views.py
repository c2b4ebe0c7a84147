"""What the pages of a term make of lifecycle's answers: what is due, whose turn it is, the road, the time line."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.portal.calling.explanation import PlainProblem, Remark
from services.portal.desks.term.act_page import whole_number
from services.portal.desks.term.acts import ACTS, CORRECT, REPORT, is_open, offered
from services.portal.desks.term.concluding import at_their_places, chosen_places
from services.portal.desks.term.correcting import chosen
from services.portal.desks.term.due import late_things, next_due, turn_in_term
from services.portal.desks.term.events import events_of
from services.portal.desks.term.listing import late_lines
from services.portal.desks.term.offices import office_of
from services.portal.desks.term.papers import kept_places, paper_of, papers_of
from services.portal.desks.term.plain_acts import PLAIN
from services.portal.desks.term.road_of_term import road_of_term
from services.portal.desks.term.roster import at_their_lines, institutions_of, listed
from services.portal.desks.term.seen import district_of
from services.portal.desks.term.words import EVENTS, STANDINGS
from services.portal.frame.forms import SentForm
from tests.portal.term_rows import awaited, district_row, event_row, report_row
from tests.specification import contracts_of

TODAY = date(2021, 4, 6)
DESIGNATED = district_of(district_row())


def problem(*remarks: Remark) -> PlainProblem:
    return PlainProblem(422, "rule", "Refused", "不予办理", remarks=remarks)


def test_the_first_thing_due_comes_first_and_says_how_late_it_is() -> None:
    due = next_due(DESIGNATED, TODAY)
    assert due is not None
    assert (due.what, due.on) == (("2021年度报告", "Report of 2021"), date(2021, 3, 31))
    assert due.left < 0
    assert [thing.on for thing in late_things(DESIGNATED, TODAY)] == [date(2021, 3, 31)]
    assert late_things(DESIGNATED, date(2021, 3, 31)) == []


@pytest.mark.parametrize(
    ("changes", "what", "on"),
    [
        ({"awaited": []}, "期满考核", "2022-08-19"),
        ({"awaited": [awaited(2021, "2021-03-31", missed=True)]}, "期满考核", "2022-08-19"),
        ({"awaited": [], "status": "rectifying", "rectification_due": "2023-02-22"}, "整改报告", "2023-02-22"),
        ({"awaited": [], "status": "hearing", "hearing_due": "2023-07-14"}, "陈述申辩", "2023-07-14"),
    ],
)
def test_what_is_due_follows_the_stage(changes: dict[str, Any], what: str, on: str) -> None:
    due = next_due(district_of(district_row(**changes)), TODAY)
    assert due is not None
    assert (due.what[0], due.on.isoformat()) == (what, on)


def test_a_missed_report_is_late_and_due_no_more() -> None:
    district = district_of(district_row(awaited=[awaited(2021, "2021-03-31", missed=True)]))
    assert [(thing.what[0], thing.missed) for thing in late_things(district, TODAY)] == [
        ("2021年度报告（已记未报）", True)
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "revoked"},
        {"status": "assessed"},
        {"status": "rectifying", "rectification_due": "2023-02-22", "rectification_reported_on": "2023-02-10"},
        {"status": "hearing", "hearing_due": "2023-07-14", "statements": 1},
    ],
)
def test_nothing_is_due_where_nobody_has_a_last_day(changes: dict[str, Any]) -> None:
    assert next_due(district_of(district_row(awaited=[], **changes)), TODAY) is None


@pytest.mark.parametrize(
    ("changes", "on", "result", "holder", "act"),
    [
        ({}, "2021-03-01", "", "县（区）科技管理部门", "报送2021年度总结和计划"),
        ({"awaited": [awaited(2021, "2021-03-31", missed=True)]}, "2021-08-01", "", "省科技厅", "在期满前启动考核"),
        ({"status": "under-assessment"}, "2022-07-01", "", "省科技厅", "作出期满考核结果"),
        ({"status": "assessed", "grade": "unqualified"}, "2022-08-20", "unqualified", "省科技厅", "责令限期整改"),
        ({"status": "assessed", "grade": "qualified"}, "2022-08-20", "qualified", "省科技厅", "保留称号"),
        (
            {"status": "rectifying", "rectification_due": "2023-02-22"},
            "2023-02-22",
            "",
            "县（区）科技管理部门",
            "完成整改并报送整改报告",
        ),
        ({"status": "rectifying", "rectification_due": "2023-02-22"}, "2023-02-23", "", "省科技厅", "整改复核"),
        ({"status": "reassessed"}, "2023-03-01", "passed", "省科技厅", "保留称号"),
        ({"status": "reassessed"}, "2023-03-01", "failed", "省科技厅", "告知陈述申辩权利"),
        ({"status": "hearing", "hearing_due": "2023-07-14"}, "2023-07-14", "failed", "申报单位", "陈述和申辩"),
        (
            {"status": "hearing", "hearing_due": "2023-07-14"},
            "2023-07-15",
            "failed",
            "省科技厅负责人",
            "决定是否取消称号",
        ),
    ],
)
def test_whose_turn_it_is(changes: dict[str, Any], on: str, result: str, holder: str, act: str) -> None:
    turn = turn_in_term(district_of(district_row(**changes)), date.fromisoformat(on), result)
    assert turn is not None
    assert (turn.holder_zh, turn.act_zh) == (holder, act)
    assert turn.silence_zh
    assert turn.silence


def test_nobody_has_a_turn_when_the_title_is_revoked() -> None:
    assert turn_in_term(district_of(district_row(status="revoked")), TODAY) is None


def steps(changes: dict[str, Any], reports: list[dict[str, Any]], *results: str) -> list[str]:
    kinds = {"passed": None, "failed": None}
    assessed = [{"cycle": kinds.get(result, 1), "result": result} for result in results]
    return [
        f"{step.name_zh} {step.state}" for step in road_of_term(district_of(district_row(**changes)), reports, assessed)
    ]


FILED = [report_row(2020, filed_on="2020-03-30"), report_row(2021, missed=True, overdue=True), report_row(2022)]


def test_the_road_of_a_term_that_runs() -> None:
    assert steps({}, FILED) == [
        "设立 past",
        "2020年度报告 past",
        "2021年度报告 past",
        "2022年度报告 now",
        "期满考核 ahead",
    ]


@pytest.mark.parametrize(
    ("changes", "results", "end"),
    [
        ({"status": "assessed"}, ["qualified"], ["保留称号 now"]),
        ({"status": "assessed"}, ["unqualified"], ["限期整改 now", "整改复核 ahead", "陈述申辩 ahead"]),
        (
            {"status": "rectifying", "rectification_reported_on": "2023-02-10"},
            ["unqualified"],
            ["限期整改 past", "整改复核 now", "陈述申辩 ahead"],
        ),
        ({"status": "reassessed"}, ["unqualified", "passed"], ["限期整改 past", "整改复核 past", "保留称号 now"]),
        ({"status": "hearing"}, ["unqualified", "failed"], ["限期整改 past", "整改复核 past", "陈述申辩 now"]),
        (
            {"status": "revoked", "revoked_on": "2023-07-20"},
            ["unqualified", "failed"],
            ["限期整改 past", "整改复核 past", "陈述申辩 past", "取消称号 now"],
        ),
    ],
)
def test_the_road_after_an_assessment(changes: dict[str, Any], results: list[str], end: list[str]) -> None:
    all_filed = [report_row(year, filed_on=f"{year}-03-01") for year in (2020, 2021, 2022)]
    assert steps(changes, all_filed, *results)[5:] == end


def test_a_later_cycle_shows_its_own_reports_only() -> None:
    assert steps({"cycle": 2}, [*FILED, report_row(2023, cycle=2)])[:2] == ["第2期 past", "2023年度报告 now"]


def test_every_event_of_a_district_has_words_in_english() -> None:
    known = {kind.name.rpartition(".")[2] for kind in contracts_of("lifecycle")}
    assert set(EVENTS) == known
    assert set(STANDINGS) >= {"designated", "revoked"}


def test_an_event_says_its_facts_in_words_and_as_they_hold_now() -> None:
    wrong = {"field": "year", "was": "2020", "now": "2021", "why": "笔误", "by": "x"}
    (event,) = events_of(
        [event_row("AnnualReportReceived", "2021-04-06", {"year": 2020, "receiver": "city", "received_by": "somebody"},
                   corrections=[wrong])]
    )  # fmt: skip
    assert [(fact.label[0], fact.value[0]) for fact in event.facts] == [
        ("年度", "2021"),
        ("回执单位", "市（州）科技局"),
    ]
    assert event.term == ("某事", "Receipt of the yearly report")
    assert event.by == ("东昌区科技管理部门", "County department of 东昌区")
    assert (event.corrected[0].was, event.corrected[0].now) == ("2020", "2021")
    assert event.says("year") == "2021"
    assert event.says("findings") == ""


def test_an_event_that_was_recorded_later_says_so() -> None:
    same, later = events_of(
        [event_row("SupportRecorded", "2021-04-06", recorded_at="2021-04-05T17:00:00Z"),
         event_row("SupportRecorded", "2021-04-06", recorded_at="2021-04-08T01:00:00Z")]
    )  # fmt: skip
    assert (same.recorded_later, later.recorded_later) == (False, True)


@pytest.mark.parametrize(
    ("office", "words"),
    [
        ("county:220502", "东昌区科技管理部门"),
        ("city:220500", "通化市科技局"),
        ("city:999999", "999999"),
        ("unit:91220502DEM000081X", "服务业重点单位"),
        ("province", "省科技厅"),
        ("system:lifecycle", "系统按期记录"),
        ("consumer:x", "consumer:x"),
    ],
)
def test_an_office_is_called_as_people_call_it(office: str, words: str) -> None:
    assert office_of(office)[0] == words


def test_the_acts_of_a_person_have_their_pages() -> None:
    acts: list[dict[str, object]] = [
        {"command": "FileAnnualReport", "year": 2021},
        {"command": "CorrectRecord", "year": None},
    ]
    assert [(offer.path, offer.zh) for offer in offered(acts)] == [
        ("reports/2021", "报送2021年度总结和计划"),
        ("record-correction", "更正记录"),
    ]
    assert is_open(REPORT, 2021, acts)
    assert not is_open(REPORT, 2022, acts)
    assert is_open(CORRECT, None, acts)
    assert len({act.command for act in ACTS}) == len(ACTS) == 17


def test_the_district_late_longest_comes_first() -> None:
    early = district_row(case_id="early", awaited=[awaited(2020, "2020-03-31", missed=True)])
    assert [line.district.case_id for line in late_lines([district_row(case_id="late"), early], TODAY)] == [
        "early",
        "late",
    ]


def test_a_plain_form_is_sent_as_it_is_written() -> None:
    by_path = {each.act.path: each for each in PLAIN}
    order = by_path["rectification"]
    assert order.body(SentForm({"requirements": [" 补齐 "], "months": ["6"]})) == {"requirements": "补齐", "months": 6}
    assert order.body(SentForm({"requirements": ["补齐"], "months": [""]})) == {"requirements": "补齐"}
    assert by_path["rectification/extension"].body(SentForm({"reason": ["迟"], "months": ["半"]})) == {
        "reason": "迟",
        "months": "半",
    }
    assert whole_number("12345678901") == "12345678901"


def test_a_roster_is_read_as_it_is_listed() -> None:
    firm = {"name": "甲所", "uscc": "91222401DEM000049P", "categories": ["agency", "legal"]}
    text = listed([firm])
    assert text == "甲所，91222401DEM000049P，专利商标代理服务、法律服务"
    assert institutions_of(text) == [firm | {"categories": ["专利商标代理服务", "法律服务"]}]
    pasted = "甲所\t91222401DEM000049P\t法律服务;其他\n\n乙所"
    assert institutions_of(pasted) == [
        {"name": "甲所", "uscc": "91222401DEM000049P", "categories": ["法律服务", "其他"]},
        {"name": "乙所", "uscc": "", "categories": []},
    ]


def test_what_is_wrong_with_an_institution_names_its_line() -> None:
    refused = at_their_lines(
        problem(Remark("institutions.1.uscc", "not valid", "有误"), Remark("as_of", "late", "过晚")), "甲，1\n\n乙，2"
    )
    assert [(remark.field, remark.text_zh) for remark in refused.remarks] == [
        ("institutions", "第3行：有误"),
        ("as_of", "过晚"),
    ]


def test_the_events_ticked_are_sent_and_refused_where_they_stand() -> None:
    form = SentForm({"evidence.2.event_id": ["b"], "evidence.0.event_id": ["a"], "evidence.1.shows": ["x"]})
    assert chosen_places(form) == [0, 2]
    refused = at_their_places(
        problem(Remark("evidence.1.shows", "missing", "未填"), Remark("evidence", "", "")), [0, 2]
    )
    assert [remark.field for remark in refused.remarks] == ["evidence.2.shows", "evidence"]


def test_a_document_stays_in_the_form_until_it_is_taken_out() -> None:
    kept = {"sha256": "a" * 64, "size": "12", "media_type": "application/pdf", "name": "总结.pdf"}
    form = SentForm({f"evidence.0.{part}": [value] for part, value in kept.items()})
    assert kept_places(form, "evidence") == ["evidence.0"]
    assert papers_of(form, "evidence") == [kept | {"size": 12}]
    taken_out = SentForm({name: values for name, values in form.values.items() if not name.endswith("sha256")})
    assert kept_places(taken_out, "evidence") == ["evidence.0"]
    assert papers_of(taken_out, "evidence") == []
    assert paper_of(SentForm({}), "summary") is None


def test_a_correction_is_chosen_step_by_step() -> None:
    events = events_of([event_row("AnnualReportReceived", "2021-04-06", {"year": 2020})])
    first, second = chosen(events, "", "year"), chosen(events, events[0].event_id, "")
    assert (first.event, first.fact) == (None, None)
    assert second.event is events[0]
    assert second.fact is None
    third = chosen(events, events[0].event_id, "year")
    assert third.fact is not None
    assert third.fact.raw == "2020"
