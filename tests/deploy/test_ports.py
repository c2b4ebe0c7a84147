"""Ports to listen on: two systems that start side by side are never told the same one."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.local import ports

ASK = "from deploy.local.ports import free_ports; print(*free_ports(40))"


@pytest.fixture(autouse=True)
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own to keep the promises in."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


def test_processes_that_ask_at_once_are_given_different_ports() -> None:
    asking = [subprocess.Popen([sys.executable, "-c", ASK], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    given = [port for each in asking for port in each.communicate(timeout=60)[0].split()]
    assert len(given) == 160
    assert len(set(given)) == 160


def test_a_port_is_not_given_twice_before_its_server_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([20_011, 20_011, 20_012])
    monkeypatch.setattr(ports, "_chance", type("Drawn", (), {"randrange": lambda *_: next(drawn)})())
    assert [ports.free_ports(1), ports.free_ports(1)] == [[20_011], [20_012]]


def test_a_promise_ends_after_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    (first,) = ports.free_ports(1)
    later = time.time() + 301
    monkeypatch.setattr("time.time", lambda: later)
    monkeypatch.setattr(ports, "_chance", type("Same", (), {"randrange": lambda *_: first})())
    assert ports.free_ports(1) == [first]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}', '{"1": null}', '{"1": 4e9}', '{"1": [4e9]}', "\x00"])
def test_promises_that_cannot_be_read_promise_nothing(few: Path, text: str) -> None:
    ports.free_ports(1)
    (file,) = few.iterdir()
    file.write_text(text)
    (port,) = ports.free_ports(1)
    with socket.socket() as server:
        server.bind(("127.0.0.1", port))


OURS, THEIRS = Path("/ours/postgres.json"), Path("/theirs/postgres.json")


def test_a_port_that_is_used_again_is_promised_too(monkeypatch: pytest.MonkeyPatch) -> None:
    (first, second) = ports.free_ports(2)
    later = time.time() + 301
    monkeypatch.setattr("time.time", lambda: later)
    assert ports.remembered_port(first, OURS) == first
    drawn = iter([first, second])
    monkeypatch.setattr(ports, "_chance", type("Drawn", (), {"randrange": lambda *_: next(drawn)})())
    assert ports.free_ports(1) == [second]


def test_a_port_is_remembered_by_who_was_given_it_however_soon() -> None:
    first = ports.remembered_port(None, OURS)
    assert [ports.remembered_port(first, OURS) for _ in range(2)] == [first, first]


def test_a_port_that_another_was_promised_meanwhile_is_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither listens yet: the one was stopped for more than five minutes, and the other is about to begin."""
    first = ports.remembered_port(None, OURS)
    later = time.time() + 301
    monkeypatch.setattr("time.time", lambda: later)
    drawn = iter([first, first, first + 1])
    monkeypatch.setattr(ports, "_chance", type("Drawn", (), {"randrange": lambda *_: next(drawn)})())
    assert ports.remembered_port(None, THEIRS) == first
    assert ports.remembered_port(first, OURS) != first
    assert ports.remembered_port(first, THEIRS) == first
