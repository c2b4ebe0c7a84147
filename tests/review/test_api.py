"""Review over HTTP on real servers: from filing to approval, who reads what, and everything that is refused."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from services.review.views import CASES, SHEETS
from shared.contracts import intake
from shared.contracts.core import Actor, Role
from shared.projections.projection import project
from tests.review import histories as h
from tests.review.served import CASE, PNG, Served, body, rule_of
from tests.specification import actor

CITY = actor("city:220100", Role.CITY)
OTHER_CITY = actor("city:222400", Role.CITY)
OTHER_COUNTY = actor("county:222401", Role.COUNTY)
UNIT = actor(f"unit:{h.KEY_UNIT.uscc}", Role.KEY_UNIT)
AUDITOR = actor("auditor", Role.AUDITOR)
E1, E2, E6 = (actor(f"expert:e{n}", Role.EXPERT) for n in (1, 2, 6))


async def test_from_filing_to_approval(served: Served) -> None:
    await served.go_to_publicity()
    await served.clock("2018-08-22")
    (case,) = await served.ask(None, "/publicity")
    assert (case["county_name"], case["publicity_ends_on"]) == ("九台区", "2018-08-24")
    assert await served.done(None, "/objections", body(h.object_())) == ["ObjectionFiled"]
    await served.clock("2018-08-25")
    assert (await served.get(h.OFFICER))["stage"] == "publicity-over"
    assert await served.ask(None, "/publicity") == []
    await served.clock("2018-08-31")
    held = await served.post(h.LEAD, "/approval", body(h.approve()))
    assert rule_of(held, 409) == "objections-are-answered-before-approval"
    (objection,) = await served.get(h.OFFICER, "/objections")
    answer = {"upheld": False, "answer": "经核实，机构数量属实"}
    await served.done(h.OFFICER, f"/objections/{objection['objection_id']}/answer", answer)
    await served.clock("2018-09-03")
    assert await served.done(h.LEAD, "/approval", body(h.approve())) == ["DesignationApproved"]
    row = await served.get(UNIT)
    assert (row["stage"], row["document_number"], row["approved_on"]) == (
        "approved",
        "吉科发专〔2018〕112号",
        "2018-08-31",
    )
    timeline = await served.get(h.OFFICER, "/timeline")
    by_rule = {row["type"]: row["effective_on"] for row in timeline if row["office"] == "system:review"}
    assert by_rule == {"review.CaseOpened": "2018-06-20", "review.PublicityEnded": "2018-08-25"}
    assert timeline[-1]["effective_on"] == "2018-08-31"
    assert {row["policy_version"] for row in timeline} == {"2018-04-28.1"}
    await rows_are_the_fold_of_the_log(served)


async def rows_are_the_fold_of_the_log(served: Served) -> None:
    for projection in (CASES, SHEETS):
        internal = projection.include_internal
        events = await served.service.log.read_all(0, categories=["review"], include_internal=internal)
        expected = project(projection, events)
        async with served.service.reading(None, projection.name) as connection:
            for view in projection.views:
                rows = (await connection.execute(select(view.table))).mappings()
                keyed = {tuple(row[name] for name in view.key_columns): dict(row) for row in rows}
                assert keyed == expected[view.name]
                assert keyed


async def test_a_paper_filing_is_corrected_and_accepted(served: Served) -> None:
    await served.file(h.open_paper_case())
    await served.clock("2018-06-22")
    wrong = rule_of(await served.post(h.OFFICER, "/acceptance"), 409)
    assert wrong == "accepted-packet-is-in-order"
    items = body(h.issue_notice(h.item("seals.key-unit", "seal_missing"), h.item("staff.lawyers")))
    own = await served.post(h.KEYING_OFFICER, "/correction-notice", items)
    assert rule_of(own, 403) == "nobody-decides-on-their-own-filing"
    assert await served.done(h.OFFICER, "/correction-notice", items) == ["CorrectionNoticeIssued"]
    assert (await served.get(h.COUNTY))["correction_due"] == "2018-07-20"
    await served.clock("2018-07-21")
    assert (await served.get(h.COUNTY))["correction_overdue"]
    await served.hear(1, h.CORRECTION, "2018-07-02")
    assert (await served.get(h.OFFICER, "/packet"))["changed_parts"] == ["staff", "seals.key-unit"]
    new_point = body(h.issue_notice(h.item("goals_and_plan")))
    refused = await served.post(h.OFFICER, "/correction-notice", new_point)
    assert rule_of(refused, 409) == "no-new-point-on-an-unchanged-part"
    assert await served.done(h.OFFICER, "/acceptance") == ["ApplicationAccepted", "EligibilityAssessed"]
    assert len(await served.get(UNIT, "/conditions")) == 6


async def test_silence_raises_an_alert_once_and_withdrawal_ends_the_review(served: Served) -> None:
    await served.file()
    await served.clock("2018-06-27")
    assert not (await served.get(h.OFFICER))["formal_examination_overdue"]
    await served.clock("2018-07-02")
    row = await served.get(h.OFFICER)
    assert (row["stage"], row["formal_examination_overdue"]) == ("examining", True)
    withdrawn = intake.ApplicationWithdrawn(case_id=h.CASE, reason="申请人撤回", office="county:220113")
    await served.hear(1, withdrawn, "2018-07-02")
    assert (await served.get(h.COUNTY))["stage"] == "discontinued"
    assert rule_of(await served.post(h.OFFICER, "/acceptance"), 409) == "case-is-open"


async def test_score_sheets_are_blind_until_all_are_in(served: Served) -> None:
    await served.go_to_the_panel()
    await served.clock("2018-07-20")
    await served.declare(1, 2, 3, 4, 5)
    await served.done(E1, "/score-sheet", body(h.submit("e1", 91)))
    await served.done(E2, "/score-sheet", body(h.submit("e2", 42)))

    async def seen(who: Actor) -> list[str]:
        return [sheet["expert_id"] for sheet in (await served.get(who, "/score-sheets"))["sheets"]]

    assert [await seen(who) for who in (E1, E2, h.OFFICER, h.LEAD, AUDITOR)] == [["e1"], ["e2"], [], [], []]
    for path in ("", "/timeline", "/panel", "/conditions", "/packet"):
        for who in (E1, h.OFFICER):
            text = str(await served.get(who, path))
            assert "42.00" not in text
            assert "91.00" not in text
    for number in (3, 4, 5):
        await served.done(actor(f"expert:e{number}", Role.EXPERT), "/score-sheet", body(h.submit(f"e{number}")))
    assert [len(await seen(who)) for who in (E1, E2, h.OFFICER)] == [5, 5, 5]
    assert rule_of(await served.http.get(f"{CASE}/score-sheets", headers=served.headers(UNIT)), 403)
    published = [envelope.type for envelope in await served.service.log.read_all(0, categories=["review"])]
    assert "review.ScoreSheetSubmitted" not in published


async def test_each_reads_what_concerns_them(served: Served) -> None:
    await served.go_to_the_panel()
    for who in (h.OFFICER, h.LEAD, AUDITOR, CITY, h.COUNTY, UNIT, E1):
        assert [case["case_id"] for case in await served.ask(who, "/cases")] == [h.CASE]
    for who in (OTHER_CITY, OTHER_COUNTY, E6):
        assert await served.ask(who, "/cases") == []
        for path in ("", "/packet", "/conditions", "/panel", "/score-sheets", "/timeline", "/objections"):
            answer = await served.http.get(CASE + path, headers=served.headers(who))
            assert rule_of(answer, 403) == "case-is-within-your-scope"
    assert rule_of(await served.http.get("/cases"), 401) == "token-is-valid"
    public_part = await served.get(UNIT)
    assert public_part["stage"] == "material-review"
    assert not {"average", "recommended", "sheets_received"} & set(public_part)
    assert "review.PanelConvened" not in {row["type"] for row in await served.get(UNIT, "/timeline")}
    assert rule_of(await served.http.get(f"{CASE}/panel", headers=served.headers(CITY)), 403)


async def test_an_expert_reads_names_before_they_declare_and_the_papers_after(served: Served) -> None:
    await served.go_to_the_panel()
    papers = ("/packet", "/conditions", "/panel", "/score-sheets", "/site-visit", "/objections", "/timeline")
    for path in (*papers, f"/documents/{h.ATTACHMENTS[0].file.sha256}"):
        answer = await served.http.get(CASE + path, headers=served.headers(E1))
        assert rule_of(answer, 403) == "impartiality-is-declared-first"
    assert rule_of(await served.upload(E1, "大厅.png", PNG), 403) == "impartiality-is-declared-first"
    row = await served.get(E1)
    assert (row["to_declare"], row["county_name"], row["key_unit"]) == (True, "九台区", h.KEY_UNIT.name)
    assert not {"average", "correction_items", "holder"} & set(row)
    refused = await served.post(E1, "/score-sheet", body(h.submit("e1")))
    assert rule_of(refused, 409) == "impartiality-is-declared-first"
    assert await served.done(E1, "/panel/impartiality") == ["ImpartialityDeclared"]
    for path in papers:
        await served.get(E1, path)
    assert [case["to_declare"] for case in await served.ask(E1, "/cases")] == [False]
    assert [case["to_declare"] for case in await served.ask(E2, "/cases")] == [True]
    assert "review.ImpartialityDeclared" not in {row["type"] for row in await served.get(UNIT, "/timeline")}
    declared = {row["expert_id"]: row["declared_on"] for row in await served.get(h.OFFICER, "/panel")}
    assert (declared["e1"], declared["e2"]) == ("2018-06-25", None)
    assert rule_of(await served.upload(E1, "大厅.png", PNG), 403) == "case-is-within-your-scope"


async def test_an_expert_reports_the_visit_that_they_are_named_for(served: Served) -> None:
    await served.go_to_the_panel()
    await served.clock("2018-07-20")
    await served.declare(1, 2, 3, 4, 5)
    for number in range(1, 6):
        who = h.expert_at(f"expert:e{number}")("2018-07-20").actor
        await served.done(who, "/score-sheet", body(h.submit(f"e{number}")))
    named = body(h.schedule()) | {"visitors": ["王处长", h.expert(2).name]}
    await served.done(h.OFFICER, "/site-visit", named)
    await served.clock("2018-08-09")
    assert rule_of(await served.upload(E1, "大厅.png", PNG), 403) == "case-is-within-your-scope"
    photograph = (await served.upload(E2, "大厅.png", PNG)).json()
    report = body(h.report_visit()) | {"photographs": [photograph]}
    assert rule_of(await served.post(E1, "/site-visit/report", report), 403) == "visitor-or-officer-reports"
    assert [(await served.get(who, "/site-visit"))["may_report"] for who in (E1, E2, h.OFFICER)] == [False, True, True]
    assert await served.done(E2, "/site-visit/report", report) == ["SiteVisitReported"]
    assert (await served.get(h.OFFICER, "/site-visit"))["photographs"] == [photograph]


async def test_a_case_has_a_holder_whom_the_province_sees(served: Served) -> None:
    await served.file()
    assert [case["case_id"] for case in await served.ask(h.OFFICER, "/cases", held="by-nobody")] == [h.CASE]
    assert await served.done(h.OFFICER, "/holder/claim") == ["CaseClaimed"]
    taken = await served.post(h.KEYING_OFFICER, "/holder/claim")
    assert rule_of(taken, 409) == "held-case-is-handed-over-not-claimed"
    assert h.OFFICER.name in taken.json()["detail"]
    row = await served.get(h.OFFICER)
    assert (row["holder"], row["holder_name"], row["held_since"]) == ("officer-1", h.OFFICER.name, "2018-06-20")
    assert await served.ask(h.LEAD, "/case-holders") == [
        {"holder": "officer-1", "holder_name": h.OFFICER.name, "cases": 1}
    ]

    async def found(who: Actor, **only: str) -> int:
        counts = await served.ask(who, "/case-counts", **only)
        listed = await served.ask(who, "/cases", **only)
        assert sum(counts["stages"].values()) == len(listed)
        return len(listed)

    assert [await found(who, held="by-me") for who in (h.OFFICER, h.LEAD)] == [1, 0]
    assert [await found(h.LEAD, held="by-nobody"), await found(h.LEAD, holder="officer-1")] == [0, 1]
    assert [await found(h.LEAD, holder=h.OFFICER.name), await found(h.LEAD, holder="别人")] == [1, 0]
    assert "holder" not in await served.get(UNIT)
    assert "review.CaseClaimed" not in {row["type"] for row in await served.get(UNIT, "/timeline")}
    assert rule_of(await served.http.get("/case-holders", headers=served.headers(CITY)), 403)
    handed = {"holder": "officer-2", "holder_name": "钱样例", "held_by": "officer-1"}
    assert await served.done(h.LEAD, "/holder/handover", handed) == ["CaseHandedOver"]
    assert await served.done(h.LEAD, "/holder/handover", handed) == []
    assert await served.done(h.LEAD, "/holder/release") == ["CaseReleased"]
    assert await served.ask(h.LEAD, "/case-holders") == []


async def test_an_expert_who_declares_a_conflict_sees_the_case_no_more(served: Served) -> None:
    await served.go_to_the_panel()
    events = await served.done(E1, "/panel/conflict", {"reason": "曾任职于申报单位"})
    assert events == ["ExpertRecused", "ExpertReplaced"]
    assert await served.ask(E1, "/cases") == []
    assert [case["case_id"] for case in await served.ask(E6, "/cases")] == [h.CASE]
    standing = {member["expert_id"]: member["standing"] for member in await served.get(h.OFFICER, "/panel")}
    assert (standing["e1"], standing["e6"], standing["e7"]) == ("recused", "member", "reserve")


async def test_lists_are_filtered(served: Served) -> None:
    await served.file()
    assert len(await served.ask(h.OFFICER, "/cases", stage="examining", county="220113", due_by="2018-06-27")) == 1
    assert await served.ask(h.OFFICER, "/cases", due_by="2018-06-26") == []
    assert await served.ask(h.OFFICER, "/cases", stage="approved") == []
    for wrong in ("stage=unknown", "county=x", "limit=0", "limit=9999", "due_by=2018-02-30", "offset=-1"):
        answer = await served.http.get(f"/cases?{wrong}", headers=served.headers(h.OFFICER))
        assert rule_of(answer, 422) == "request-is-well-formed"


async def test_a_photograph_can_be_read_by_officers_and_experts_only(served: Served) -> None:
    await served.go_to_publicity()
    visit = await served.get(E1, "/site-visit")
    where = f"{CASE}/documents/{visit['photographs'][0]['sha256']}"
    got = await served.http.get(where, headers=served.headers(E1))
    assert (got.status_code, got.content, got.headers["Content-Type"]) == (200, PNG, "image/png")
    assert rule_of(await served.http.get(where, headers=served.headers(UNIT)), 404) == "document-is-known"
    assert "findings" not in await served.get(UNIT, "/site-visit")


async def test_a_correction_of_the_record_names_an_event_of_the_case(served: Served) -> None:
    await served.file()
    (opened,) = await served.get(h.OFFICER, "/timeline")
    correction = body(h.correct_record())
    elsewhere = await served.post(h.OFFICER, "/record-correction", correction)
    assert rule_of(elsewhere, 404) == "corrected-event-is-of-this-case"
    happened = await served.done(h.OFFICER, "/record-correction", correction | {"corrects": opened["event_id"]})
    assert happened == ["RecordCorrected"]
    assert len((await served.get(h.OFFICER))["corrections_of_record"]) == 1


async def test_a_case_is_judged_by_the_policy_it_was_filed_under(served: Served) -> None:
    await served.file()
    await served.clock("2027-03-01")
    await served.done(h.OFFICER, "/acceptance")
    timeline = await served.get(h.OFFICER, "/timeline")
    assert {row["policy_version"] for row in timeline} == {"2018-04-28.1"}


async def test_objections_need_no_token_but_a_name_and_publicity(served: Served) -> None:
    await served.go_to_publicity()
    early = await served.post(None, "/objections", body(h.object_()))
    assert rule_of(early, 409) == "objections-are-heard-during-publicity"
    await served.clock("2018-08-20")
    nameless = await served.post(None, "/objections", body(replace(h.object_(), objector="")))
    assert rule_of(nameless, 422) == "text-is-given"
    assert await served.done(None, "/objections", body(h.object_())) == ["ObjectionFiled"]
    assert await served.done(None, "/objections", body(h.object_())) == []
    (objection,) = await served.get(UNIT, "/objections")
    assert "objector" not in objection


async def test_whoever_has_the_receipt_of_an_objection_reads_its_answer_and_no_name(served: Served) -> None:
    await served.go_to_publicity()
    await served.clock("2018-08-20")
    filed = await served.post(None, "/objections", body(h.object_()))
    receipt = filed.json()["objection_id"]
    again = await served.post(None, "/objections", body(h.object_()))
    assert (again.json()["objection_id"], again.json()["events"]) == (receipt, [])
    other = await served.post(None, "/objections", body(replace(h.object_(), text="另有一事。")))
    assert other.json()["objection_id"] not in ("", receipt)
    await served.settled()
    waiting = await served.ask(None, f"/objections/{receipt}")
    assert (waiting["upheld"], waiting["case_id"]) == (None, h.CASE)
    await served.done(h.OFFICER, f"/objections/{receipt}/answer", {"upheld": False, "answer": "经核查，机构均在区内。"})
    answered = await served.ask(None, f"/objections/{receipt}")
    assert (answered["upheld"], answered["answer"]) == (False, "经核查，机构均在区内。")
    assert not {"objector", "text", "client"} & answered.keys()
    assert h.object_().objector not in str(answered)
    unknown = await served.http.get(f"/objections/{h.CASE}")
    assert rule_of(unknown, 404) == "objection-is-known"
