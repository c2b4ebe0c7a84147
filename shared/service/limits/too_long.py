"""How long a command's texts and lists may be: as the policy says, before anything is loaded for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, get_type_hints

from shared.contracts.core import Command, Reason
from shared.contracts.lengths import Longest
from shared.programme.forms import ApplicationForm
from shared.programme.policy import Policy
from shared.programme.values.personal import GoesBy, Personal, Sealed
from shared.programme.values.writing import Writing
from shared.service.http.problems import Problem

_TEXT, _NAME, _ITEMS = "text_max", "name_max", "items_max"


def refuse_too_long(command: Command, law: Policy) -> None:
    """Raise ``Problem`` 422 that names each text and list of a command that is longer than the policy allows.

    A field says which parameter holds for it (``Longest``); names, addresses and ids are names, any other is a long
    text. The form has checks of its own.
    """
    reasons: list[Reason] = []
    _judge_fields(command, (), law, reasons)
    if reasons:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "text-is-not-too-long",
            "A text or list is longer than the policy allows",
            reasons[0].message,
            title_zh="内容超过规定长度",
            detail_zh=reasons[0].message_zh,
            clause=reasons[0].clause,
            field=reasons[0].field,
            reasons=reasons[:20],
        )


def _judge_fields(of: Any, path: tuple[str, ...], law: Policy, reasons: list[Reason]) -> None:
    for name, parameter in _parameters(of.__class__).items():
        _judge(getattr(of, name), (*path, name), parameter, law, reasons)


def _judge(value: object, path: tuple[str, ...], parameter: str, law: Policy, reasons: list[Reason]) -> None:
    if isinstance(value, str):
        most = getattr(law, parameter)
        if len(value) > most:
            message = f"at most {most} characters, it has {len(value)}"
            reasons.append(_reason(path, message, f"不超过{most}字，现为{len(value)}字"))
    elif isinstance(value, tuple):
        most = getattr(law, _ITEMS)
        if len(value) > most:
            reasons.append(
                _reason(path, f"at most {most} items, it has {len(value)}", f"不超过{most}项，现为{len(value)}项")
            )
            return
        for number, item in enumerate(value):
            _judge(item, (*path, str(number)), parameter, law, reasons)
    elif is_dataclass(value) and not isinstance(value, ApplicationForm):
        _judge_fields(value, path, law, reasons)


def _reason(path: tuple[str, ...], message: str, message_zh: str) -> Reason:
    return Reason(".".join(path), "text-is-not-too-long", "-", message, message_zh)


@cache
def _parameters(of: type[Any]) -> dict[str, str]:
    """The parameter of the policy for each field of a command or value, but for a command's context."""
    hints = get_type_hints(of, include_extras=True)
    return {field.name: _parameter(hints[field.name]) for field in fields(of) if field.name != "context"}


def _parameter(hint: Any) -> str:
    for mark in _marks(hint):
        match mark:
            case Longest(parameter):
                return parameter
            case Sealed(kind) if kind is not Personal.TEXT:
                return _NAME
            case GoesBy() | Writing.LINE | Writing.CODE:
                return _NAME
    return _TEXT


def _marks(hint: Any) -> Iterator[object]:
    """The marks of a type and of what it holds (``tuple[Annotated[str, ...], ...]``)."""
    yield from getattr(hint, "__metadata__", ())
    for inner in getattr(hint, "__args__", ()):
        yield from _marks(inner)


__all__ = ["refuse_too_long"]
