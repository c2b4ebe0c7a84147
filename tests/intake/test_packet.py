"""One packet, one hash: what is in it and what is not."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from services.intake.packet import packet, packet_sha256
from shared.contracts.intake import Attachment
from shared.programme.forms import EvidenceKind
from shared.programme.values.json_values import canonical
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
    assert len({of(ONE), *(of(changed) for changed in changes)}) == 5


def test_every_part_of_the_form_and_the_units_counts() -> None:
    base = packet_sha256(form(), COUNTY_UNIT, KEY_UNIT, ())
    assert packet_sha256(form(special_fund_yuan=1), COUNTY_UNIT, KEY_UNIT, ()) != base
    assert packet_sha256(form(), replace(COUNTY_UNIT, name="x"), KEY_UNIT, ()) != base
    assert packet_sha256(form(), COUNTY_UNIT, replace(KEY_UNIT, uscc="x"), ()) != base
