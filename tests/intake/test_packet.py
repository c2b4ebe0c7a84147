"""One packet, one hash: what is in it and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest

from services.intake.packet import canonical, packet, packet_sha256, plain
from shared.contracts.intake import Attachment
from shared.programme.forms import EvidenceKind
from tests.intake.cases import COUNTY_UNIT, KEY_UNIT, form, stored

ONE = Attachment(attachment_id="b", kind=EvidenceKind.WORK_PLAN, title="方案", version=1, file=stored())
TWO = Attachment(attachment_id="a", kind=EvidenceKind.OTHER, title="其他", version=2, file=stored("x.pdf"))


def test_anybody_can_compute_the_hash_from_the_text_that_is_shown() -> None:
    text = canonical(packet(form(), COUNTY_UNIT, KEY_UNIT, (ONE,)))
    assert sha256(text.encode()).hexdigest() == packet_sha256(form(), COUNTY_UNIT, KEY_UNIT, (ONE,))
    assert text.startswith('{"attachments":[{"attachment_id":"b","kind":"work_plan","sha256":"')
    assert "九台示例知识产权服务有限公司" in text


def test_the_order_in_which_documents_came_does_not_matter_and_their_content_does() -> None:
    def of(*attachments: Attachment) -> str:
        return packet_sha256(form(), COUNTY_UNIT, KEY_UNIT, attachments)

    assert of(ONE, TWO) == of(TWO, ONE)
    renamed = replace(ONE, file=replace(ONE.file, name="other name.pdf"))
    assert of(ONE) == of(renamed)
    changes = [replace(ONE, title="x"), replace(ONE, version=2), replace(ONE, file=stored("y")), TWO]
    assert len({of(ONE), *(of(one) for one in changes)}) == 5


def test_every_part_of_the_form_and_the_units_counts() -> None:
    base = packet_sha256(form(), COUNTY_UNIT, KEY_UNIT, ())
    assert packet_sha256(form(special_fund_yuan=1), COUNTY_UNIT, KEY_UNIT, ()) != base
    assert packet_sha256(form(), replace(COUNTY_UNIT, name="x"), KEY_UNIT, ()) != base
    assert packet_sha256(form(), COUNTY_UNIT, replace(KEY_UNIT, uscc="x"), ()) != base


def test_values_without_an_exact_form_in_json_are_refused() -> None:
    assert plain({"d": date(2018, 6, 11), "n": Decimal("1.50")}) == {"d": "2018-06-11", "n": "1.50"}
    assert plain(frozenset({"b", "a"})) == ["a", "b"]
    with pytest.raises(TypeError, match="float"):
        plain(1.5)
