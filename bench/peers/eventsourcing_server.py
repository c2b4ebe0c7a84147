"""FastAPI with the library ``eventsourcing`` behind it: its calls block, so FastAPI runs the routes in its threads."""

from __future__ import annotations

import os
from uuid import UUID

import uvicorn
from fastapi import FastAPI

from bench.bodies import DraftBody, WithdrawalBody
from bench.peers.eventsourcing_case import PAYLOAD, Cases, EventsourcingCase, environment
from bench.worker import calm_collector

CONNECTIONS = 32


def build() -> FastAPI:
    """The app on the database that the environment names."""
    cases = Cases(env=environment(os.environ["JUQU_DATABASE_URL"], CONNECTIONS))
    app = FastAPI(on_startup=[calm_collector])

    @app.post("/applications", status_code=201)
    def open_draft(_body: DraftBody) -> dict[str, object]:
        case = EventsourcingCase(**PAYLOAD)
        cases.save(case)
        return {"case_id": str(case.id), "version": case.version}

    @app.post("/applications/{case_id}/withdrawal")
    def withdraw(case_id: UUID, body: WithdrawalBody) -> dict[str, object]:
        case: EventsourcingCase = cases.repository.get(case_id)
        case.withdraw(body.reason)
        cases.save(case)
        return {"case_id": str(case.id), "version": case.version}

    return app


if __name__ == "__main__":
    uvicorn.run(build(), host="127.0.0.1", port=int(os.environ["JUQU_PORT"]), log_config=None, access_log=False)
