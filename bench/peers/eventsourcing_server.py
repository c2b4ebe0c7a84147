"""FastAPI with the library ``eventsourcing`` behind it: its calls block, so FastAPI runs the routes in its threads."""

from __future__ import annotations

import os
from uuid import UUID

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from bench.peers.eventsourcing_case import PAYLOAD, Case, Cases, environment
from bench.worker import calm_collector

CONNECTIONS = 32


class Unit(BaseModel):
    """An applicant."""

    name: str
    uscc: str


class Opening(BaseModel):
    """What opens a draft."""

    division_code: str
    county_unit: Unit
    key_unit: Unit


class Withdrawal(BaseModel):
    """What takes it back."""

    reason: str


def build() -> FastAPI:
    """The app on the database that the environment names."""
    cases = Cases(env=environment(os.environ["JUQU_DATABASE_URL"], CONNECTIONS))
    app = FastAPI(on_startup=[calm_collector])

    @app.post("/applications", status_code=201)
    def open_draft(_body: Opening) -> dict[str, object]:
        case = Case(**PAYLOAD)
        cases.save(case)
        return {"case_id": str(case.id), "version": case.version}

    @app.post("/applications/{case_id}/withdrawal")
    def withdraw(case_id: UUID, body: Withdrawal) -> dict[str, object]:
        case: Case = cases.repository.get(case_id)
        case.withdraw(body.reason)
        cases.save(case)
        return {"case_id": str(case.id), "version": case.version}

    return app


if __name__ == "__main__":
    uvicorn.run(build(), host="127.0.0.1", port=int(os.environ["JUQU_PORT"]), log_config=None, access_log=False)
