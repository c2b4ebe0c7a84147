"""FastAPI with nothing behind it: bodies validated, an id answered. What the frame alone costs."""

from __future__ import annotations

import os
from uuid import uuid4

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from bench.bodies import DraftBody, WithdrawalBody
from bench.worker import calm_collector

app = FastAPI(on_startup=[calm_collector])


@app.post("/applications", status_code=201)
async def open_draft(_body: DraftBody) -> JSONResponse:
    """Answer as if a draft had been opened."""
    return JSONResponse({"case_id": str(uuid4()), "seq": 1, "version": 1}, 201)


@app.post("/applications/{case_id}/withdrawal")
async def withdraw(case_id: str, _body: WithdrawalBody) -> JSONResponse:
    """Answer as if it had been withdrawn."""
    return JSONResponse({"case_id": case_id, "seq": 2, "version": 2})


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["JUQU_PORT"]), log_config=None, access_log=False)
