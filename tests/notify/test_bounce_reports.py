"""Reports of mails in the forms in which servers write them; each is written here, in the manner of the one named."""

from __future__ import annotations

import quopri
from base64 import encodebytes

import pytest

from services.notify.aggregates.delivery.mail_status import is_lasting, is_no_such_address
from services.notify.channels.mail.bounces import Report, read_report

ID = "<5f1c@juqu.example>"
RETURNED = f"Content-Type: text/rfc822-headers\n\nFrom: notices@juqu.invalid\nMessage-ID: {ID}\n"
FIELDS = """Reporting-MTA: dns; mx.example.cn

Final-Recipient: rfc822; wang@example.cn
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 User not found: wang@example.cn
"""
SORRY = "I'm sorry to have to inform you that your message could not be delivered.\n"


def mail(body: str, *, by: str = "MAILER-DAEMON@mx.example.cn", subject: str = "Undelivered", more: str = "") -> bytes:
    return f"From: {by}\nSubject: {subject}\nMIME-Version: 1.0\n{more}\n{body}".encode()


def multipart(*parts: str) -> bytes:
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n'
    return mail("".join(f"--b\n{each}\n" for each in parts) + "--b--\n", more=kind)


def encoded(kind: str, text: str, how: str) -> str:
    body = encodebytes(text.encode()) if how == "base64" else quopri.encodestring(text.encode(), quotetabs=True)
    return f"Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: {how}\n\n{body.decode()}"


def plain(kind: str, text: str) -> str:
    return f"Content-Type: {kind}\n\n{text}"


NOBODY = Report("failed", "5.1.1", "failed 5.1.1 smtp; 550 User not found: wang@example.cn", ID)


@pytest.mark.parametrize("how", ["base64", "quoted-printable"])
def test_parts_in_base64_and_quoted_printable_are_read(how: str) -> None:
    returned = f"From: notices@juqu.invalid\nMessage-ID: {ID}\n\n"
    words, status = encoded("text/plain", SORRY, how), encoded("message/delivery-status", FIELDS, how)
    for kind in ("text/rfc822-headers", "message/rfc822"):
        assert read_report(multipart(words, status, encoded(kind, returned, how))) == NOBODY


@pytest.mark.parametrize(
    "action", ["failed (bad destination mailbox)", "Failed", "failed; no such user", " failed\t(5 attempts)"]
)
def test_an_action_with_a_comment_is_read(action: str) -> None:
    fields = FIELDS.replace("Action: failed", f"Action: {action}")
    assert read_report(multipart(plain("message/delivery-status", fields), RETURNED)) == NOBODY


def test_a_report_without_its_third_part_is_read() -> None:
    read = read_report(multipart(plain("text/plain", SORRY), plain("message/delivery-status", FIELDS)))
    assert (read.action, read.status, read.message_id) == ("failed", "5.1.1", "")


@pytest.mark.parametrize("line", ["Status: 5.0.0\n", "Status: \n", ""], ids=["general", "empty", "missing"])
@pytest.mark.parametrize(
    ("diagnostic", "status"),
    [
        ("smtp; 550 5.1.1 unknown", "5.1.1"),
        ("smtp; 550 5.7.26 does not pass authentication", "5.7.26"),
        ("smtp; 550 User not found: wang@example.cn", "5.1.1"),
        ("smtp; 550 Mailbox not found", "5.1.1"),
        ("smtp; 552 the mailbox is full", "5.2.2"),
        ("smtp; 554 relay not permitted", "5.7.1"),
        ("smtp; 550 no", "5.0.0"),
        ('X-Postfix; unknown user: "wang"', "5.1.1"),
    ],
)
def test_a_cause_that_stands_only_in_the_diagnostic_is_read(line: str, diagnostic: str, status: str) -> None:
    fields = FIELDS.replace("Status: 5.0.0\n", line).replace("smtp; 550 User not found: wang@example.cn", diagnostic)
    read = read_report(multipart(plain("message/delivery-status", fields), RETURNED))
    assert (read.action, read.status) == ("failed", status)


def test_a_cause_that_stands_only_in_the_words_for_people_is_read() -> None:
    fields = FIELDS.replace("Diagnostic-Code: smtp; 550 User not found: wang@example.cn\n", "")
    words = plain("text/plain", f'{SORRY}\n<wang@example.cn>: unknown user: "wang"\n')
    assert read_report(multipart(words, plain("message/delivery-status", fields))).status == "5.1.1"


EXIM = f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  wang@example.cn
    host mx.example.cn [192.0.2.20]
    SMTP error from remote mail server after RCPT TO:<wang@example.cn>:
    {{said}}

------ This is a copy of the message, including all the headers. ------

Return-path: <notices@juqu.invalid>
Message-ID: {ID}

Dear Sir, 550 5.2.2 and user unknown are words of our own letter.
"""
QMAIL = f"""Hi. This is the qmail-send program at mx.example.cn.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<wang@example.cn>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: {ID}
"""
QQ = """<html><body><style>p { margin: 550px }</style>
<p>抱歉，您的邮件被退回来了……</p><table><tr><td>退信原因</td><td>收件人邮件地址（wang@qq.com）<b>不存在</b>，邮件无法送达。</td></tr>
<tr><td>host mx3.qq.com[192.0.2.40] said: 550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help</td></tr></table>
</body></html>"""
EXCHANGE = f"""Delivery has failed to these recipients or groups:

wang@example.cn
The email address you entered couldn't be found.

Diagnostic information for administrators:

Generating server: MX.example.cn

wang@example.cn
Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'

Original message headers:

Message-ID: {ID}
"""


@pytest.mark.parametrize(
    ("content", "status", "message_id"),
    [
        (mail(EXIM.format(said="550 5.1.1 no such user")), "5.1.1", ID),
        (mail(EXIM.format(said="550 Unrouteable address")), "5.1.1", ID),
        (mail(EXIM.format(said="550 relay not permitted")), "5.7.1", ID),
        (mail(EXIM.format(said="retry timeout exceeded")), "5.0.0", ID),
        (mail(QMAIL), "5.1.1", ID),
        (mail(EXCHANGE, by="Microsoft Outlook <postmaster@example.cn>"), "5.1.10", ID),
        (mail(encoded("text/html", QQ, "base64"), by="PostMaster@qq.com", subject="系统退信").replace(b"\n\nC", b"\nC"),
         "5.1.1", ""),
        (multipart(plain("text/plain", f"{SORRY}\n<wang@example.cn>: unknown user\n"), RETURNED), "5.1.1", ID),
    ],
    ids=["exim", "exim, no way", "exim, relay", "exim, too long", "qmail", "Exchange", "QQ", "Postfix, words only"],
)  # fmt: skip
def test_words_that_a_server_writes_for_people_are_read(content: bytes, status: str, message_id: str) -> None:
    read = read_report(content)
    assert (read.action, read.status, read.message_id) == ("failed", status, message_id)


def test_what_coremail_writes_is_read() -> None:
    """Words in GB 18030 and base64, fields without a status of use, the mail itself as a part."""
    words = "抱歉，您的邮件被退回来了，原因：收件人不存在（User not found）\n".encode("gb18030")
    told = encodebytes(words).decode()
    parts = (
        f'Content-Type: text/plain; charset="gb2312"\nContent-Transfer-Encoding: base64\n\n{told}',
        encoded("message/delivery-status", FIELDS.replace("Status: 5.0.0\n", ""), "base64"),
        plain("message/rfc822", f"Message-ID: {ID}\n\n信\n"),
    )
    assert read_report(multipart(*parts)) == NOBODY


@pytest.mark.parametrize(
    "words",
    [
        "A message has not yet been delivered.\nNo action is required; if undelivered, you are told. 451 later",
        "This is a warning message only. Your message has been delayed: connection timed out.",
        "您的邮件暂时无法送达，系统会再次重试。",
    ],
)
def test_a_delay_in_words_is_no_failure(words: str) -> None:
    read = read_report(mail(words, subject="Warning: message delayed 24 hours"))
    assert (read.action, read.status[0]) == ("delayed", "4")


@pytest.mark.parametrize(
    "content",
    [
        mail("I am away until May 5. Mail to me may be returned or fail.", by="Wang <wang@example.cn>", subject="Away"),
        mail(
            "An abuse report; the mail was rejected",
            more="Content-Type: multipart/report; report-type=feedback-report\n",
        ),
        mail("Your message was read", more="Content-Type: multipart/report; report-type=disposition-notification\n"),
        mail("您好，我在休假，无法回复。", by="wang@example.cn"),
    ],
    ids=["away", "complaint", "read receipt", "休假"],
)
def test_what_no_server_says_of_the_delivery_is_kept_unread(content: bytes) -> None:
    assert read_report(content).action == "unread"


def test_our_own_letter_that_is_returned_tells_no_cause() -> None:
    read = read_report(mail(EXIM.format(said="550 message refused here")))
    assert (read.status, is_no_such_address(read.status, read.text)) == ("5.0.0", False)


def test_a_refusal_of_us_is_nothing_against_the_address() -> None:
    read = read_report(mail(EXIM.format(said="550 5.7.1 relaying denied")))
    assert not is_lasting(read.status, read.text)
    assert not is_no_such_address(read.status, read.text)


def test_mails_within_mails_without_end_are_no_error() -> None:
    nested = b"Content-Type: message/rfc822\n\n" * 3000 + b"x"
    assert read_report(nested).action == "unread"
    many = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3000))
    assert read_report(many).action == "unread"
