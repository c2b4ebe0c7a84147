"""Which addresses are sent to, and that none is repeated in what is said of it."""

from __future__ import annotations

import pytest

from services.notify.channels.addresses import AddressRules, Unusable, read_address_rules
from shared.contracts.notify import Channel
from shared.service.settings import SettingError


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("13800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("＋８６ １３８ ００１３ ８０００", "+8613800138000"),
        ("0086 138 0013 8000", "+8613800138000"),
        (" 138-0013-8000 ", "+8613800138000"),
        ("17012345678", "+8617012345678"),
        ("17112345678", "+8617112345678"),
        ("16212345678", "+8616212345678"),
        ("16512345678", "+8616512345678"),
        ("16712345678", "+8616712345678"),
        ("19912345678", "+8619912345678"),
        ("1380013\u200b8000", "+8613800138000"),
        ("\u202a13800138000\u202c", "+8613800138000"),
        ("\ufeff13800138000", "+8613800138000"),
        ("+86\u00a0138\u20110013\u20118000", "+8613800138000"),
    ],
)
def test_mainland_mobiles(given: str, sent: str) -> None:
    rules = AddressRules()
    assert rules.phone(given) == sent
    assert rules.phone(sent) == sent


@pytest.mark.parametrize(
    "given",
    [
        "",
        "110",
        "12345678901",
        "0431-88888888",
        "4008001234",
        "138٠٠١٣٨٠٠٠",
        "13800138000;ext=1",
        "13800138000 x1",
        "13800138000 转 1",
        "13800138000\n13800138001",
        "13800138000,13800138001",
        "tel:13800138000",
        "+1 202 555 0123",
        "+852 6123 4567",
        "0000-0000001",
        "1" * 200,
    ],
)
def test_what_is_no_mainland_mobile(given: str) -> None:
    with pytest.raises(Unusable) as raised:
        AddressRules().phone(given)
    assert not given or given.strip() not in str(raised.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("400-820-8820", "400-820-8820"),
        ("８００－８２０－８８２０", "800-820-8820"),
        ("0431-88955472", "0431-88955472"),
        ("0086 431 88955472", "0086 431 88955472"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("+852 2123 4567", "+852 2123 4567"),
    ],
)
def test_numbers_to_be_called_by_are_kept_and_only_mobiles_take_short_messages(given: str, kept: str) -> None:
    assert AddressRules().callable(given) == kept
    if not kept.startswith("+861"):
        with pytest.raises(Unusable):
            AddressRules().phone(given)


def test_other_regions_by_their_routes() -> None:
    rules = read_address_rules({"JUQU_SMS_REGIONS": "HK, mo"})
    assert rules.phone("+852 6123 4567") == "+85261234567"
    assert rules.phone("+853 6612 3456") == "+85366123456"
    assert rules.phone("13800138000") == "+8613800138000"
    for refused in ("+886 912 345 678", "+852 2123 4567"):
        with pytest.raises(Unusable):
            rules.phone(refused)
    with pytest.raises(SettingError, match="JUQU_SMS_REGIONS"):
        read_address_rules({"JUQU_SMS_REGIONS": "HK,Jilin"})


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("a@QQ.com", "a@qq.com"),
        ("li.lei+juqu@163.com", "li.lei+juqu@163.com"),
        ("wang@jl.gov.cn ", "wang@jl.gov.cn"),
        ("\u200bli@zscq.cn", "li@zscq.cn"),
        ("ｌｉ＠ｚｓｃｑ。ｃｎ", "li@zscq.cn"),
        ("li@例子.中国", "li@例子.中国"),
    ],
)
def test_mailboxes(given: str, sent: str) -> None:
    assert AddressRules().check(Channel.MAIL, given) == sent


@pytest.mark.parametrize(
    "given",
    [
        "",
        "secret.person",
        "secret.person@",
        "secret.person@b@c.com",
        "secret.person@example.com",
        "secret.person@x.invalid",
        "secret person@qq.com",
        "secret.person\n@qq.com",
        "secret.person@qq.com\r\nBcc: x@qq.com",
        "secret.person@qq.com\x00",
        "secret..person@qq.com",
        "secret" * 11 + "@qq.com",
        "=?utf-8?q?secret?=@qq.com",
        "secret.person@-qq.com",
        "Secret <secret.person@qq.com>",
    ],
)
def test_what_is_no_mailbox(given: str) -> None:
    with pytest.raises(Unusable) as raised:
        AddressRules().check(Channel.MAIL, given)
    assert "secret" not in str(raised.value).lower()
    assert "qq" not in str(raised.value)


@pytest.mark.parametrize("given", ["https://hooks.example.cn/juqu?of=1", "https://8.8.8.8:8443/"])
def test_webhooks(given: str) -> None:
    assert AddressRules().check(Channel.WEBHOOK, given) == given


@pytest.mark.parametrize(
    "given",
    [
        "",
        "http://hooks.example.cn/",
        "https://user@hooks.example.cn/",
        "https://user:word@hooks.example.cn/",
        "https://hooks.example.cn/#part",
        "https:///path",
        "https://hooks.example.cn/\nHost: x",
        "https://例子.cn/",
        "https://hooks.example.cn:99999/",
        "https://localhost/",
        "https://printer.local/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://[::1",
        "file://hooks.example.cn/passwords",
        "https://hooks.example.cn/" + "a" * 500,
    ],
)
def test_what_is_no_webhook(given: str) -> None:
    with pytest.raises(Unusable) as raised:
        AddressRules().check(Channel.WEBHOOK, given)
    assert "hooks" not in str(raised.value)


def test_local_addresses_where_the_demonstration_allows_them() -> None:
    rules = read_address_rules({"JUQU_TEST_ADDRESSES": "1"})
    assert rules.check(Channel.WEBHOOK, "http://127.0.0.1:9000/") == "http://127.0.0.1:9000/"
    assert rules.check(Channel.SMS, "0000-0000001") == "00000000001"
    assert rules.check(Channel.MAIL, "demo0001@example.invalid") == "demo0001@example.invalid"
