"""What the document of every process tells, and the pages that show it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.operator.frame.definitions import definitions
from shared.contracts.core import Role
from shared.service.app import build_app
from tests.api.processes import MODULES, ROOT

FOLDER = ROOT / "docs" / "openapi"
Operation = tuple[str, str, str, dict[str, Any]]


def document(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return read


def operations() -> Iterator[Operation]:
    for name in MODULES:
        for path, methods in document(name)["paths"].items():
            for method, operation in methods.items():
                yield name, path, method, operation


def every(of: str = "") -> list[Any]:
    return [pytest.param(*one, id=f"{one[0]} {one[2]} {one[1]}") for one in operations() if of in one[1]]


def test_every_process_has_a_document() -> None:
    pages = {"portal"}  # its pages are for people; only its health is for programs
    assert {each.stem for each in FOLDER.glob("*.json")} == set(MODULES) | pages


@pytest.mark.parametrize(("name", "path", "method", "operation"), every("{"))
def test_every_name_in_a_path_is_declared_with_its_schema(
    name: str, path: str, method: str, operation: dict[str, Any]
) -> None:
    declared = {each["name"]: each for each in operation["parameters"] if each["in"] == "path"}
    assert declared.keys() == set(re.findall(r"{(\w+)", path))
    for each in declared.values():
        assert each["required"] is True
        assert each["schema"].get("type")
        assert each["name"].endswith("_id") == (each["schema"].get("format") == "uuid")


@pytest.mark.parametrize(("name", "path", "method", "operation"), every())
def test_who_may_is_declared_and_told(name: str, path: str, method: str, operation: dict[str, Any]) -> None:
    roles = [role for each in operation["security"] for role in each.get("token", ())]
    assert set(roles) <= set(Role)
    assert all(role in operation["description"] for role in roles)
    assert ("401" in operation["responses"]) == any(operation["security"])
    if roles and {} not in operation["security"]:
        assert "403" in operation["responses"]


@pytest.mark.parametrize("name", MODULES)
def test_security_schemes_are_declared(name: str) -> None:
    assert document(name)["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


@pytest.mark.parametrize(("name", "path", "method", "operation"), every())
def test_no_answer_is_an_empty_schema_and_every_problem_is_problem_json(
    name: str, path: str, method: str, operation: dict[str, Any]
) -> None:
    whole = document(name)
    assert any(status.startswith("2") for status in operation["responses"])
    for status, given in operation["responses"].items():
        told = whole["components"]["responses"][given["$ref"].rpartition("/")[2]] if "$ref" in given else given
        assert told["content"], status
        assert all(content["schema"] for content in told["content"].values()), status
        if status.startswith(("4", "5")) and path != "/health":
            assert list(told["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in json.dumps(whole)


@pytest.mark.parametrize(("name", "path", "method", "operation"), every("{case_id}"))
def test_commands_declare_their_headers(name: str, path: str, method: str, operation: dict[str, Any]) -> None:
    if method != "post" or "application/json" not in operation["requestBody"]["content"]:
        return
    sent = {each["name"] for each in operation["parameters"] if each["in"] == "header"}
    assert {"Idempotency-Key", "If-Match", "Juqu-Effective-On", "X-Correlation-Id"} <= sent
    assert {"ETag", "Juqu-Seq"} <= operation["responses"]["200"]["headers"].keys()
    assert {"403", "404", "409", "412", "413", "415", "422"} <= operation["responses"].keys()


def test_what_is_opened_says_where_it_is_read() -> None:
    opened = document("intake")["paths"]["/applications"]["post"]["responses"]["201"]
    assert "Location" in opened["headers"]
    assert "Retry-After" in document("intake")["components"]["responses"]["503"]["headers"]


async def test_the_pages_of_the_api_load_from_nowhere_else() -> None:
    app = build_app(definitions()[0])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://juqu") as client:
        page = await client.get("/docs")
        assert page.status_code == 200
        policy = page.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "http" not in policy
        linked = re.findall(r'(?:src|href|data-document)="([^"]+)"', page.text)
        assert len(linked) == 5
        for each in linked:
            assert each.startswith("/")
            assert (await client.get(each)).status_code == 200
        assert "<script>" not in page.text
        assert (await client.get("/redoc")).status_code == 404


def test_the_documents_are_those_of_this_code(tmp_path: Path) -> None:
    for each in definitions():
        assert document(each.name) == json.loads(json.dumps(build_app(each).openapi()))
