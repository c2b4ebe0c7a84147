"""Mail addresses: one rule, and no library that sends refuses what it admits."""

from __future__ import annotations

import sys
import unicodedata
from email.headerregistry import Address

import idna
import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from services.notify.channels.mail.message import header_text
from shared.programme.values.email_address import EmailAddress, EmailError, sent_to

LONGEST_LABEL = f"a@{'b' * 63}.cn"
LONGEST = f"{'a' * 63}@{'b' * 63}.{'c' * 63}.{'d' * 59}.cn"
"""254 octets, of which 64 or fewer stand before the @, and 63 or fewer between two points."""


@pytest.mark.parametrize(
    ("given", "written", "sent"),
    [
        ("wang@jl.gov.cn ", "wang@jl.gov.cn", "wang@jl.gov.cn"),
        ("\u200bli@zscq.cn", "li@zscq.cn", "li@zscq.cn"),
        ("ＬＩ＠ＺＳＣＱ．ｃｎ", "LI@zscq.cn", "LI@zscq.cn"),
        ("li@例子.中国", "li@例子.中国", "li@xn--fsqu00a.xn--fiqs8s"),
        ("li@例子。中国", "li@例子.中国", "li@xn--fsqu00a.xn--fiqs8s"),
        ("li@XN--FSQU00A.xn--fiqs8s", "li@xn--fsqu00a.xn--fiqs8s", "li@xn--fsqu00a.xn--fiqs8s"),
        ("a" * 64 + "@b.cn", "a" * 64 + "@b.cn", "a" * 64 + "@b.cn"),
        *((longest, longest, longest) for longest in (LONGEST_LABEL, LONGEST)),
        *((known, known, known) for known in ("a@mail.local.cn", "a@mail.9.cn")),
        ("o'brien+juqu@straße.de", "o'brien+juqu@straße.de", "o'brien+juqu@xn--strae-oqa.de"),
    ],
)
def test_an_address_is_kept_as_written_and_sent_to_in_ascii(given: str, written: str, sent: str) -> None:
    address = EmailAddress.parse(given)
    assert (str(address), address.sent, sent_to(given)) == (written, sent, sent)


@pytest.mark.parametrize(
    "secret",
    [
        "a..b@jl.gov.cn",
        ".a@jl.gov.cn",
        "a.@jl.gov.cn",
        "a" * 65 + "@jl.gov.cn",
        "a@b@jl.gov.cn",
        "a b@jl.gov.cn",
        '"a b"@jl.gov.cn',
        "王@jl.gov.cn",
        "=?utf-8?q?a?=@jl.gov.cn",
        "a@jl",
        "a@-jl.cn",
        "a@jl-.cn",
        "a@jl..cn",
        "a@jl.cn.",
        "a@ab--cd.cn",
        "a@xn--zzzzzz.cn",
        "a@xn--a.cn",
        "a@10.0.0.1",
        "a@[10.0.0.1]",
        *("a@printer.local", "a@two.printer.local", "a@mail.jl.9"),
        "a@" + "b" * 64 + ".cn",
        "a" + LONGEST,
        *("a@-例.cn", "a@例-.cn", "a@ab--例.cn"),
        "a@" + "b.c" * 100 + ".cn",
        "a@例\u0300.中国\u200d\u202e",
        "王 <a@jl.gov.cn>",
        "",
    ],
)
def test_what_cannot_be_sent_to_is_refused_and_never_repeated(secret: str) -> None:
    with pytest.raises(EmailError) as raised:
        EmailAddress.parse(secret)
    assert not secret or (secret not in str(raised.value) and secret not in raised.value.message_zh)
    assert sent_to(secret) == secret


@pytest.mark.parametrize(
    ("written", "says"),
    [
        *((text, "takes one @") for text in ("a@b@jl.gov.cn", "@jl.gov.cn", "a@", "jl.gov.cn")),
        ("a" * 65 + "@jl.gov.cn", "more than 64 characters before the @"),
        ("a..b@jl.gov.cn", "single dots"),
        ("a" + LONGEST, "longer than 254"),
        (f"a@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 58}.cn", "longer than 254"),
        (f"a@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 59}.cn", "no mail domain"),
        ("a@printer.local", "takes no mail"),
    ],
)
def test_it_is_said_what_is_wrong_with_an_address(written: str, says: str) -> None:
    with pytest.raises(EmailError, match=says):
        EmailAddress.parse(written)


LOCAL = st.from_regex(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]{1,66}", fullmatch=True)
LABEL = st.one_of(
    st.from_regex(r"[a-z0-9-]{1,64}", fullmatch=True),
    st.text(st.characters(categories=["Ll", "Lo", "Lm", "Mn"]), min_size=1, max_size=12),
    st.text("例子中国政务αβдж", min_size=1, max_size=8).map(lambda text: idna.encode(text).decode()),
)
DOMAIN = st.tuples(
    st.lists(LABEL, min_size=1, max_size=4), st.sampled_from(["cn", "com", "中国", "xn--fiqs8s", "政务"])
)
ADDRESSES = st.builds(lambda local, domain: f"{local}@{'.'.join([*domain[0], domain[1]])}", LOCAL, DOMAIN)


@given(ADDRESSES)
def test_the_libraries_that_send_refuse_nothing_that_the_rule_admits(text: str) -> None:
    try:
        address = EmailAddress.parse(text)
    except EmailError:
        return
    found = validate_email(str(address), check_deliverability=False, allow_smtputf8=False)
    assert found.ascii_email == address.sent
    assert Address(addr_spec=header_text(address.sent)).addr_spec == address.sent
    assert EmailAddress.parse(address.sent).sent == address.sent


def test_every_letter_that_a_domain_may_have_is_one_to_the_library() -> None:
    admitted = 0
    for letter in map(chr, (*range(0x80, 0xD800), *range(0xE000, sys.maxunicode + 1))):
        if unicodedata.category(letter)[0] in "LMN":
            try:
                address = EmailAddress.parse(f"a@a{letter}.cn")
            except EmailError:
                continue
            assert validate_email(str(address), check_deliverability=False).ascii_email == address.sent
            admitted += 1
    assert admitted > 60_000


def test_domains_for_examples_are_told_apart() -> None:
    for domain in ("x.invalid", "example.com", "mail.example.org", "a.test"):
        assert EmailAddress.parse(f"a@{domain}").is_reserved
    assert not EmailAddress.parse("a@example.cn").is_reserved
