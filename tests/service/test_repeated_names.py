"""A name of a query that takes several values may be given as often; any other once."""

from __future__ import annotations

from typing import Annotated

import pytest
from fastapi import FastAPI, Query
from fastapi.testclient import TestClient

from shared.service.http.problems import install_problems
from shared.service.http.routes import router


@pytest.fixture
def client() -> TestClient:
    routes = router()

    @routes.get("/cases")
    async def cases(act: str = "", case: Annotated[tuple[str, ...], Query()] = ()) -> list[str]:
        return [act, *case]

    app = FastAPI()
    install_problems(app)
    app.include_router(routes)
    return TestClient(app)


def test_a_name_that_takes_several_values_is_given_as_often(client: TestClient) -> None:
    assert client.get("/cases?act=claim&case=a&case=b").json() == ["claim", "a", "b"]


def test_a_name_that_takes_one_is_given_once(client: TestClient) -> None:
    refused = client.get("/cases?act=claim&act=release&case=a&case=b")
    assert refused.status_code == 422
    assert [reason["field"] for reason in refused.json()["reasons"]] == ["act"]
