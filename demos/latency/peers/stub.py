"""The rig's language model: OpenAI's streaming chat completions, with a watch instead of a brain.

python -m demos.latency.peers.stub PORT
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncGenerator
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from demos.latency.peers import rig

app = FastAPI()


@app.get("/health")
async def health() -> dict[str, str]:
    """It is up as soon as it answers."""
    return {"status": "ok"}


@app.post("/v1/chat/completions")
async def complete(request: Request) -> StreamingResponse:
    """Stream one reply, as vLLM and OpenAI would."""
    asked = await request.json()
    text = rig.reply_to([message["role"] for message in asked["messages"]])
    return StreamingResponse(_events(text), media_type="text/event-stream")


async def _events(text: str) -> AsyncGenerator[str, None]:
    async for piece in rig.write(text):
        yield _event({"content": piece})
    yield _event({}, "stop")
    yield "data: [DONE]\n\n"


def _event(delta: dict[str, str], finish: str | None = None) -> str:
    choice: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "rig", "object": "chat.completion.chunk", "created": 0, "model": rig.MODEL}
    return f"data: {json.dumps(chunk | {'choices': [choice]})}\n\n"


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
