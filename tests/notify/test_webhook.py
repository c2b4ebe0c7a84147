"""Webhooks: signed as the standard has it, to public addresses only, and repeated under one id."""

from __future__ import annotations

import asyncio
import ipaddress
from base64 import b64decode
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks.webhooks import Webhook

from services.notify.channels.outcome import GONE, NotSent, Result, Submitted, TurnedDown
from services.notify.channels.public_address import is_public
from services.notify.channels.webhook import WebhookTransport
from services.notify.channels.webhook_signing import sign, webhook_secret
from shared.contracts.notify import Channel, DeliveryRequested
from tests.notify.kept import Kept
from tests.notify.messages import delivery
from tests.notify.peers.http_peer import Asked, HttpPeer, Reply, http_peer

MASTER = b"a secret of the service"
BODY = '{"type":"publicity-started","data":{"text":"九台：公示"}}'
PUBLISHED = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330)
PUBLISHED_BODY = b'{"test": 2432232314}'
PUBLISHED_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def says(status: int, **more: str) -> Callable[[Asked], Reply]:
    return lambda _asked: Reply(status, **more)  # type: ignore[arg-type]


def to(peer: HttpPeer) -> DeliveryRequested:
    return delivery(channel=Channel.WEBHOOK, address=f"http://127.0.0.1:{peer.port}/hooks?of=juqu", body=BODY)


async def post(notice: DeliveryRequested, kept: Kept, **settings: object) -> Result:
    terms: dict[str, object] = {"private_networks": True} | settings
    transport = WebhookTransport(MASTER, kept, **terms)  # type: ignore[arg-type]
    try:
        return await (await transport.open()).send(notice, "out-1")
    finally:
        await transport.close()


def test_the_published_vector() -> None:
    secret, ident, at = PUBLISHED
    assert sign(secret, ident, at, PUBLISHED_BODY) == PUBLISHED_SIGNATURE


async def test_a_receiver_verifies_what_it_gets() -> None:
    kept, signer = Kept(), Ed25519PrivateKey.generate()
    with http_peer(says(204)) as peer:
        notice = to(peer)
        assert await post(notice, kept, signer=signer) == Submitted((notice.delivery_id,), "HTTP 204")
    (asked,) = peer.asked
    assert asked.body == BODY.encode()
    assert (asked.path, asked.query) == ("/hooks", {"of": "juqu"})
    assert asked.headers["webhook-id"] == notice.delivery_id
    secret = webhook_secret(MASTER, notice.recipient)
    told = Webhook(secret).verify(asked.body, asked.headers)
    assert told == {"type": "publicity-started", "data": {"text": "九台：公示"}}
    signatures = asked.headers["webhook-signature"]
    at = asked.headers["webhook-timestamp"]
    kind, _, octets = signatures.split()[1].partition(",")
    assert kind == "v1a"
    signer.public_key().verify(b64decode(octets), f"{notice.delivery_id}.{at}.".encode() + asked.body)
    assert [(each.reference, each.state, each.provider) for each in kept.receipts] == [
        (notice.delivery_id, "DELIVRD", "webhook")
    ]


async def test_a_repetition_bears_the_same_id_and_bytes() -> None:
    kept = Kept()
    with http_peer(says(500)) as peer:
        first = await post(to(peer), kept)
        assert isinstance(first, NotSent)
        peer.answer = says(200)
        assert isinstance(await post(to(peer), kept), Submitted)
    assert len({each.headers["webhook-id"] for each in peer.asked}) == 1
    assert len({each.body for each in peer.asked}) == 1


def test_each_recipient_has_a_secret_of_its_own() -> None:
    assert webhook_secret(MASTER, "subscriber:1") != webhook_secret(MASTER, "subscriber:2")
    assert len(b64decode(webhook_secret(MASTER, "subscriber:1").removeprefix("whsec_"))) == 32


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 408, 429, 500, 503])
async def test_every_other_answer_is_tried_again_and_no_redirect_followed(status: int) -> None:
    kept = Kept()
    with http_peer(lambda _: Reply(200)) as elsewhere, http_peer(lambda _: Reply(200)) as peer:
        peer.answer = says(status, location=f"http://127.0.0.1:{elsewhere.port}/")
        result = await post(to(peer), kept)
        assert isinstance(result, NotSent)
        assert result.code == str(status)
        assert elsewhere.asked == []
    assert kept.receipts == []


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("120", 120, 120),
        ("999999999", 86_400, 86_400),
        ("Wed, 21 Oct 2099 07:28:00 GMT", 86_400, 86_400),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
        ("soon", 0, 0),
        ("-5", 0, 0),
        ("1e9", 0, 0),
        ("", 0, 0),
    ],
)
async def test_an_endpoint_is_left_alone_for_as_long_as_it_asks(said: str, least: float, most: float) -> None:
    with http_peer(lambda _asked: Reply(429, headers={"Retry-After": said})) as peer:
        result = await post(to(peer), Kept())
    assert isinstance(result, NotSent)
    assert least <= result.wait <= most


async def test_an_endpoint_that_is_gone_is_refused_for_good() -> None:
    with http_peer(says(410)) as peer:
        result = await post(to(peer), Kept())
    assert isinstance(result, TurnedDown)
    assert result.code == GONE


@pytest.mark.parametrize("said", [Reply(drop=True), Reply(hold=True)], ids=["drops", "never answers"])
async def test_no_answer_is_tried_again_as_the_id_makes_that_harmless(said: Reply) -> None:
    with http_peer(lambda _asked: said) as peer:
        result = await post(to(peer), Kept(), answer=0.5)
    assert isinstance(result, NotSent)
    assert result.code == "connection"


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00::1]/",
        "https://2130706433/",
        "https://0x7f.1/",
    ],
)
async def test_nothing_goes_to_an_address_that_is_not_public(address: str) -> None:
    result = await post(delivery(channel=Channel.WEBHOOK, address=address), Kept(), private_networks=False)
    assert isinstance(result, TurnedDown | NotSent)
    assert result.code in {"address", "name"}


async def test_a_name_that_leads_into_the_house_is_seen_through() -> None:
    with http_peer(says(200)) as peer:
        address = f"https://localhost:{peer.port}/"
        result = await post(delivery(channel=Channel.WEBHOOK, address=address), Kept(), private_networks=False)
        assert peer.asked == []
    assert result == TurnedDown("address", "the endpoint's name leads to an address that is not public")


@pytest.mark.parametrize("address", ["http://example.com/", "ftp://example.com/", "https://u:p@example.com/", "x"])
async def test_only_https_without_a_password(address: str) -> None:
    result = await post(delivery(channel=Channel.WEBHOOK, address=address), Kept(), private_networks=False)
    assert isinstance(result, TurnedDown)


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("224.0.0.1", False),
        ("::", False),
    ],
)
def test_which_addresses_are_public(text: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(text)) is public


async def test_many_at_once_share_nothing() -> None:
    kept = Kept()
    with http_peer(says(200)) as peer:
        transport = WebhookTransport(MASTER, kept, private_networks=True)
        notices = [
            delivery(number, channel=Channel.WEBHOOK, address=f"http://127.0.0.1:{peer.port}/", body=f"[{number}]")
            for number in range(20)
        ]
        sessions = [await transport.open() for _ in notices]
        results = await asyncio.gather(
            *(session.send(notice, "x") for session, notice in zip(sessions, notices, strict=True))
        )
        await transport.close()
    assert all(isinstance(each, Submitted) for each in results)
    told = {each.headers["webhook-id"]: each.body for each in peer.asked}
    assert told == {each.delivery_id: each.body.encode() for each in notices}
