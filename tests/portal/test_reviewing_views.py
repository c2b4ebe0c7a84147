"""What the pages of the review are made of: the search text, rows of forms, panels, items, answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.portal.desks.reviewing.act_forms import ACT_FORMS
from services.portal.desks.reviewing.acts import ACTS, NOT_YET, REPORT, VISIT
from services.portal.desks.reviewing.corrections import found_items, part_chosen, typed_items, with_change
from services.portal.desks.reviewing.fields import names_in, nearest, rows_of
from services.portal.desks.reviewing.judging import judgements_in
from services.portal.desks.reviewing.members import empty_seats
from services.portal.desks.reviewing.objections import answers_in, shown_open
from services.portal.desks.reviewing.queue import stage_counts
from services.portal.desks.reviewing.searching import LONGEST, QueueSearch, search_of, stages_called
from services.portal.desks.reviewing.seats import chosen, suggested
from services.portal.desks.reviewing.stages import ENDED, RUNNING, STAGES
from services.portal.desks.reviewing.successors import Colleague, Successor, successor_in
from services.portal.frame.forms import SentForm

THURSDAY = date(2020, 11, 12)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", QueueSearch()),
        ("阶段:考察", QueueSearch(stages=("on-site",))),
        ("stage：Site", QueueSearch(stages=("on-site",))),
        ("阶段:评审 阶段:考察", QueueSearch(stages=("on-site",))),
        ("县:220113 逾期", QueueSearch(county="220113", late=True)),
        ("county:长春市九台区 overdue", QueueSearch(county="220113", late=True)),
        ("7日内", QueueSearch(due_by=date(2020, 11, 19))),
        ("due:3days", QueueSearch(due_by=date(2020, 11, 15))),
        ("期限:2020-11-30", QueueSearch(due_by=date(2020, 11, 30))),
        ("办结", QueueSearch(stages=ENDED)),
        ("OPEN", QueueSearch(stages=RUNNING)),
        ("主办:我", QueueSearch(held="by-me")),
        ("holder:ME 逾期", QueueSearch(held="by-me", late=True)),
        ("主办：无", QueueSearch(held="by-nobody")),
        ("holder:none", QueueSearch(held="by-nobody")),
        ("主办:无 主办:王某", QueueSearch(holder="王某")),
        ("九台  有限公司", QueueSearch(words=("九台", "有限公司"))),
    ],
)
def test_what_a_text_looks_for(text: str, wanted: QueueSearch) -> None:
    assert search_of(text, THURSDAY) == wanted


@pytest.mark.parametrize("part", ["阶段:无此", "县:火星", "期限:明天", "主办:", "心情:好"])
def test_what_is_not_understood_is_said_and_left_out(part: str) -> None:
    found = search_of(f"逾期 {part}", THURSDAY)
    assert [unused.part for unused in found.unused] == [part]
    assert (found.late, found.words) == (True, ())


def test_a_text_without_end_is_cut() -> None:
    assert sum(map(len, search_of("长" * 1000, THURSDAY).words)) == LONGEST


def test_every_stage_is_found_by_either_name() -> None:
    for stage, (zh, en) in STAGES.items():
        assert stage in stages_called(zh)
        assert stage in stages_called(en.casefold())


def test_a_count_leads_to_its_stage_with_the_rest_of_the_text() -> None:
    counts = stage_counts({"accepted": 2, "approved": 0}, QueueSearch(), "阶段:考察 九台", "due")
    assert [(count.number, count.path) for count in counts] == [
        (2, "/cases?q=%E4%B9%9D%E5%8F%B0+%E9%98%B6%E6%AE%B5%3A%E5%B7%B2%E5%8F%97%E7%90%86")
    ]


def test_whoever_takes_cases_is_chosen_from_the_list_or_named() -> None:
    colleagues = [Colleague("officer-2", "钱样例", 3)]
    assert successor_in(_sent(successor="officer-2", holder="x"), colleagues) == Successor("officer-2", "钱样例")
    assert successor_in(_sent(successor="nobody", holder="x", holder_name="某"), colleagues) == Successor("x", "某")
    assert successor_in(_sent(), colleagues) == Successor("", "")


def _sent(**values: str) -> SentForm:
    return SentForm({name: [value] for name, value in values.items()})


def test_every_act_has_one_page() -> None:
    paths = [act.page_of("c1") for act in ACTS]
    assert len(set(paths)) == len(paths)
    assert REPORT.page_of("c1") == "/assignments/c1/visit"
    assert {form.act for form in ACT_FORMS} <= set(ACTS)


def test_names_stand_on_lines_or_between_commas() -> None:
    assert names_in("张三\r\n 李四 、王五；赵六\n\n") == ["张三", "李四", "王五", "赵六"]


def test_a_form_of_names_and_days_is_read_as_the_service_takes_it() -> None:
    form = next(form for form in ACT_FORMS if form.act == VISIT)
    sent = SentForm({"visit_on": ["2020-11-20"], "visitors": ["张三\n李四"]})
    assert form.body(sent) == {"visit_on": "2020-11-20", "visitors": ["张三", "李四"]}
    grave = next(form for form in ACT_FORMS if form.act == NOT_YET)
    assert grave.body(SentForm({"reasons": [" 理由 "]})) == {"reasons": "理由"}


def test_a_remark_stands_at_the_nearest_field() -> None:
    find = nearest({"visitors", "visit_on"})
    assert [find(path) for path in ("visitors.0", "visit_on", "body.visit_on", "elsewhere")] == [
        "visitors",
        "visit_on",
        "visit_on",
        "elsewhere",
    ]


def test_rows_are_read_in_their_order_and_only_rows() -> None:
    sent = SentForm({"items.10.field": [""], "items.2.field": [""], "items.x.field": [""], "items": [""]})
    assert rows_of(sent, "items") == [2, 10]


ITEM = {"field": "staff", "rule": "r", "clause": "四（四）", "message": "", "message_zh": "少一人"}


def test_items_come_and_go() -> None:
    items = typed_items(SentForm({f"items.3.{name}": [value] for name, value in ITEM.items()}))
    assert items == [ITEM]
    assert [item["message_zh"] for item in with_change(items, "add")] == ["少一人", ""]
    assert with_change(items, "remove:0") == []
    assert with_change(items, "stay") == items


def test_a_notice_begins_with_the_errors_on_record() -> None:
    defect = {"field": "staff.lawyers", "rule": "r", "clause": "附件1", "message_en": "a", "message_zh": "甲"}
    packet = {"defects": [defect | {"severity": "error"}, defect | {"severity": "warning"}]}
    assert found_items(packet) == [
        {"field": part_chosen("staff.lawyers"), "rule": "r", "clause": "附件1", "message": "a", "message_zh": "甲"}
    ]


def test_the_part_of_a_place_is_the_nearest_that_has_a_name() -> None:
    assert part_chosen("form.institutions[0].uscc") == "institutions"
    assert part_chosen("evidence.work_plan") == "evidence.work_plan"
    assert part_chosen("nowhere") == "nowhere"


def _condition(key: str, met: bool | None = None, judgement: str | None = None) -> dict[str, Any]:
    return {"key": key, "judged_met": met, "judgement": judgement}


def test_a_judgement_that_stays_as_it_was_is_not_given_again() -> None:
    sent = SentForm({"met.a": ["yes"], "reason.a": ["符合"], "met.b": ["no"], "reason.b": ["不足"], "reason.c": ["想"]})
    rows = [_condition("a", True, "符合"), _condition("b", True, "符合"), _condition("c")]
    assert judgements_in(sent, rows) == [{"condition": "b", "met": False, "reason": "不足"}]


def _candidate(ident: str, running: int = 0, conflict: str | None = None) -> dict[str, Any]:
    known = {"expert_id": ident, "name": ident, "organisation": "", "organisation_uscc": "", "division": "220102"}
    return known | {"running": running, "conflict": conflict}


def test_those_without_a_conflict_and_with_least_to_do_are_suggested() -> None:
    candidates = [_candidate("a", 3), _candidate("b", 0, "same_county"), _candidate("c", 1), _candidate("d", 2)]
    seats = suggested(candidates, 1)
    assert [(seat.candidate["expert_id"], seat.seat) for seat in seats] == [
        ("c", "member"),
        ("d", "reserve"),
        ("a", "reserve"),
    ]


def test_a_remark_on_a_place_of_the_panel_stands_at_the_expert() -> None:
    named = {"new.0.expert_id": ["x"], "new.0.division": ["1"], "new.0.seat": ["member"], "seat.a": ["member"]}
    found = chosen([_candidate("a"), _candidate("b")], SentForm(named))
    assert [expert["expert_id"] for expert in found.experts] == ["a", "x"]
    assert found.reserves == []
    assert found.field_of("experts.1.division") == "new.0.division"
    assert found.field_of("experts.x") == "new.0"
    assert found.field_of("experts.0.division") == "seat.a"
    assert found.field_of("reserves") == "reserves"


def test_a_seat_is_empty_where_nobody_came_after() -> None:
    panel: list[dict[str, Any]] = [
        {"expert_id": "a", "standing": "recused", "replaces": None},
        {"expert_id": "b", "standing": "member", "replaces": "a"},
        {"expert_id": "c", "standing": "recused", "replaces": None},
        {"expert_id": "d", "standing": "conflict", "replaces": None},
    ]
    assert [each["expert_id"] for each in empty_seats(panel)] == ["c"]


def test_an_answer_that_was_not_begun_is_left_for_later() -> None:
    sent = SentForm({"answer.a": ["已核实"], "upheld.a": ["no"], "answer.b": [""], "answer.c": ["写了一半"]})
    assert answers_in(sent) == {"a": {"answer": "已核实", "upheld": False}, "c": {"answer": "写了一半"}}


def test_how_many_came_from_the_same_address() -> None:
    rows: list[dict[str, Any]] = [
        {"client": "x", "upheld": None, "set_aside": None},
        {"client": "x", "upheld": None, "set_aside": None},
        {"client": "x", "upheld": False, "set_aside": None},
        {"client": "", "upheld": None, "set_aside": None},
    ]
    assert [each.alike for each in shown_open(rows)] == [1, 1, 0]
