"""What review refuses over HTTP, by name and with nothing stored."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from shared.contracts.core import Role
from tests.review import histories as h
from tests.review.served import CASE, PNG, Served, body, rule_of
from tests.specification import actor

E1 = actor("expert:e1", Role.EXPERT)


async def head(served: Served) -> int:
    return await served.service.log.head(["review"])


@pytest.mark.parametrize(
    ("path", "given", "status", "field"),
    [
        ("/score-sheet", {"scores": [], "recommended": True, "comment": ""}, 422, "scores"),
        ("/score-sheet", {"scores": "all", "recommended": True, "comment": ""}, 422, "scores"),
        ("/score-sheet", {"recommended": True, "comment": ""}, 422, "scores"),
        ("/score-sheet", {"scores": [], "recommended": True, "comment": "", "total": 100}, 422, "total"),
        ("/panel/conflict", {"reason": 7}, 422, "reason"),
        ("/panel/conflict", {"reason": " "}, 422, "reason"),
    ],
)
async def test_bad_input_names_its_field_and_stores_nothing(
    served: Served, path: str, given: dict[str, Any], status: int, field: str
) -> None:
    await served.go_to_the_panel()
    before = await head(served)
    answer = await served.post(E1, path, given)
    rule_of(answer, status)
    assert answer.json()["field"] == field
    assert await head(served) == before


async def test_points_beyond_a_hundred_and_nan_are_refused(served: Served) -> None:
    await served.go_to_the_panel()
    before = await head(served)
    for points in ("100.01", "-1", "NaN", "1e999"):
        sheet = body(h.submit("e1", 50))
        sheet["scores"][2]["points"] = points
        assert (await served.post(E1, "/score-sheet", sheet)).json()["field"].startswith("scores.2.points")
    assert await head(served) == before


async def test_malformed_unknown_stale_repeated_and_unauthorised(served: Served) -> None:
    await served.file()
    officer = served.headers(h.OFFICER)
    broken = await served.http.post(f"{CASE}/acceptance", content=b"{", headers=officer)
    assert broken.status_code == 400
    for nowhere, rule in ((f"/cases/{UUID(int=0)}", "case-is-known"), ("/cases/%00", ""), ("/cases/none", "")):
        answer = await served.http.post(f"{nowhere}/acceptance", json={}, headers=officer)
        assert rule_of(answer, 404) == (rule or "it-exists")
        assert (await served.http.get(nowhere, headers=officer)).status_code == 404
    stale = await served.post(h.OFFICER, "/acceptance", If_Match='"7"')
    assert rule_of(stale, 412) == "version-is-current"
    assert rule_of(await served.post(h.COUNTY, "/acceptance"), 403)
    assert rule_of(await served.post(None, "/acceptance"), 401)
    first = await served.post(h.OFFICER, "/acceptance", key="k1", If_Match='"1"')
    again = await served.post(h.OFFICER, "/acceptance", key="k1")
    assert (first.json()["seq"], again.json()["replayed"]) == (again.json()["seq"], True)
    another = await served.post(h.OFFICER, "/not-yet", {"reasons": "x"}, key="k1")
    assert rule_of(another, 422) == "idempotency-key-is-fresh"


async def test_photographs_are_pictures_and_the_report_names_only_what_was_uploaded(served: Served) -> None:
    await served.go_to_the_panel()
    pdf = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
    assert rule_of(await served.upload(h.OFFICER, "a.png", pdf), 422) == "document-is-what-it-says"
    assert rule_of(await served.upload(h.OFFICER, "a.pdf", pdf), 415) == "photograph-is-a-picture"
    assert rule_of(await served.upload(E1, "a.png", PNG), 403)
    stored = await served.upload(h.OFFICER, "大厅.png", PNG)
    assert stored.status_code == 201, stored.text
    photograph = stored.json()
    for wrong in ({"sha256": "0" * 64}, {"sha256": "../x"}, {"size": 1}, {"media_type": "image/jpeg"}):
        report = body(h.report_visit()) | {"photographs": [photograph | wrong]}
        refused = await served.post(h.OFFICER, "/site-visit/report", report)
        assert rule_of(refused, 422) == "photograph-is-stored"
        assert refused.json()["field"] == "photographs.0"
