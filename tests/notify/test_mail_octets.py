"""A mail is, octet for octet, what Python's own library makes of it."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.channels.mail.message import header_text, mail_address, mail_bytes, sender
from shared.contracts.notify import DeliveryRequested
from tests.notify.messages import delivery

BY = sender("吉林省科学技术厅 <notices@juqu.invalid>")
OFFICE = mail_address("Office, the", "office@juqu.invalid")


def by_the_library(notice: DeliveryRequested) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = BY
    message["To"] = mail_address(notice.recipient_name, notice.address)
    message["Reply-To"] = OFFICE
    message["Subject"] = header_text(notice.subject)
    message["Date"] = format_datetime(notice.dated)
    message["Message-ID"] = header_text(notice.message_id)
    message["Auto-Submitted"] = "auto-generated"
    message["Juqu-Case"] = header_text(notice.case_id)
    message["Juqu-Cause"] = f"{notice.cause_id} {notice.cause_type}"
    message["Juqu-Rule"] = f"{notice.rule}@{notice.rule_version}"
    message.set_content(notice.body, charset="utf-8", cte="base64")
    if notice.html:
        message.add_alternative(notice.html, subtype="html", charset="utf-8", cte="base64")
        message.set_boundary(f"juqu-{notice.delivery_id}")
    message["Content-Language"] = notice.language.value
    return message.as_bytes()


@pytest.mark.parametrize("html", ["", "<p>好</p>\n\n<p>" + "字" * 200 + "</p>"])
@pytest.mark.parametrize(
    "name",
    [
        "",
        "王样例",
        "王样例1",
        "王a1",
        "王a" * 9,
        "欧阳示例" * 9,
        "Zhang",
        "王 Li",
        'O\'Neil, J. "X"',
        "é",
        "王\u3000李",
    ],
)
@pytest.mark.parametrize(
    "subject", ["九台：一次性补正告知", "确认" * 60, "Plain words", "两  spaces 与", "x" * 90, "a=b"]
)
def test_it_is_what_the_library_makes(name: str, subject: str, html: str) -> None:
    notice = replace(delivery(html=html), recipient_name=name, subject=subject)
    assert mail_bytes(notice, BY, OFFICE) == by_the_library(notice)


@given(
    name=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=30),
    subject=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=80),
    body=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=200),
)
def test_whatever_is_written(name: str, subject: str, body: str) -> None:
    notice = replace(delivery(body=body), recipient_name=name, subject=subject)
    assert mail_bytes(notice, BY, OFFICE) == by_the_library(notice)


def test_long_references_are_folded_alike() -> None:
    notice = replace(
        delivery(), case_id="案" * 20, cause_type="review." + "X" * 60, message_id=f"<{'m' * 80}@juqu.example>"
    )
    assert mail_bytes(notice, BY, OFFICE) == by_the_library(notice)
