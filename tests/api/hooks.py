"""What schemathesis is told of us: everybody's tokens in turn, and the ids of what there is."""

from __future__ import annotations

import json
import os
import re
from itertools import cycle
from typing import Any, TypeAlias

import schemathesis

Case: TypeAlias = "schemathesis.Case[Any]"
AuthContext: TypeAlias = schemathesis.AuthContext

TOLD = "JUQU_TEST_TOLD"
"""The variable with tokens by role and known ids, as JSON."""

_told: dict[str, Any] = json.loads(os.environ[TOLD])
_tokens = cycle(_told["tokens"].items())
_known = cycle((True, True, False))
_UUID = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@schemathesis.auth(refresh_interval=None)
class EverybodyInTurn:
    """A token of the next role for each request."""

    def get(self, case: Case, ctx: AuthContext) -> str:
        """The token."""
        return str(next(_tokens)[1])

    def set(self, case: Case, data: str, ctx: AuthContext) -> None:
        """Sends it."""
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def map_path_parameters(ctx: schemathesis.HookContext, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Of three requests for something by its id two are for something that there is."""
    if not path_parameters or not next(_known):
        return path_parameters
    return {
        name: _told["known"].get(name, value) if _is_id(value) else value for name, value in path_parameters.items()
    }


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


@schemathesis.check
def what_is_well_formed_is_never_called_ill_formed(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: Case
) -> None:
    """A rule may refuse what fits the document, but nothing may say that it is not well-formed."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code not in {400, 422}:
        return
    problem = response.json()
    rule = problem["type"].removeprefix("urn:juqu:rule:")
    assert rule not in {"request-is-well-formed", "header-is-well-formed"}, f"it fits the document, but: {problem}"


@schemathesis.check
def every_refusal_says_what_to_do_in_both_languages(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: Case
) -> None:
    """A problem has its title and its remedy in Chinese and English, and its clause or `-`."""
    if response.status_code < 400 or "problem" not in response.headers.get("content-type", [""])[0]:
        return
    problem = response.json()
    assert all(problem[name] for name in ("title", "title_zh", "clause", "remedy", "remedy_zh")), problem
