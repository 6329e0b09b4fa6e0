"""The peer: a Pipecat bot on Twilio Media Streams, set up as well as we know how.

    .venv-pipecat/bin/python -m demos.latency.peers.pipecat_bot --port 8091 --llm URL \
        --strategy smart-turn [--whisper DIR --piper FILE.onnx]

Without models its engines are the rig's. What was chosen for it beyond its defaults, and why:

- One Whisper and one Piper for all calls. Its services load one each for every call, on the loop,
  which would keep the other callers waiting for half a second.
- Audio comes in at 8 kHz, as in its telephone examples. Its Whisper service takes whatever comes
  for 16 kHz and then hears nothing; with the pipeline at 16 kHz, the resampler at its door holds 20
  to 105 ms back. So the rate is doubled in front of Whisper, a turn at a time.
- Audio goes out in pieces of 20 ms, not 40, so the first one leaves sooner.
- int8 for Whisper, as ours; no metrics, no logging below warnings.
- Detector, turn and model settings are its own; ``--strategy NAME=SECONDS`` changes the one that
  matters: how long a silence ends the turn (speech-timeout), or ends it after all (smart-turn).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import uvicorn
from fastapi import FastAPI, WebSocket
from faster_whisper import WhisperModel
from loguru import logger  # type: ignore[import-not-found]  # in the peer's environment only
from pipecat.audio.turn.smart_turn.base_smart_turn import SmartTurnParams
from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import TTSSpeakFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.serializers.twilio import TwilioFrameSerializer
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.turns.user_stop import (
    BaseUserTurnStopStrategy,
    SpeechTimeoutUserTurnStopStrategy,
    TurnAnalyzerUserTurnStopStrategy,
)
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.workers.runner import WorkerRunner
from piper import PiperVoice

from demos.latency.peers import rig
from demos.latency.peers.pipecat_engines import (
    RATE,
    WHISPER_RATE,
    RigSpeech,
    RigTranscription,
    SharedPiper,
    SharedWhisper,
)
from tts.espeak import Espeak


class Bot:
    """What all calls share."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._llm, self._model, self._key = arguments.llm, arguments.model, arguments.key
        self._strategy = arguments.strategy
        self._real = arguments.whisper is not None
        if self._real:
            self._whisper = WhisperModel(str(arguments.whisper), device="cpu", compute_type="int8")
            self._piper = PiperVoice.load(arguments.piper)
            list(self._whisper.transcribe(np.zeros(WHISPER_RATE, np.float32), language="en")[0])
            list(self._piper.synthesize(rig.GREETING))
        else:
            self._espeak = Espeak()

    async def answer(self, websocket: WebSocket) -> None:
        """One call, from Twilio's `start` to the end of the socket."""
        await websocket.accept()
        said = json.loads(await websocket.receive_text())
        while said["event"] != "start":
            said = json.loads(await websocket.receive_text())
        transport = _transport(websocket, said["start"]["streamSid"], said["start"]["callSid"])
        context = LLMContext()
        user, assistant = LLMContextAggregatorPair(
            context,
            user_params=LLMUserAggregatorParams(
                user_turn_strategies=UserTurnStrategies(stop=[_strategy(self._strategy)]),
                vad_analyzer=SileroVADAnalyzer(),
            ),
        )
        stages = [
            transport.input(),
            SharedWhisper(self._whisper) if self._real else RigTranscription(),
            user,
            self._make_llm(),
            SharedPiper(self._piper) if self._real else RigSpeech(self._espeak),
            transport.output(),
            assistant,
        ]
        rates = PipelineParams(audio_in_sample_rate=RATE, audio_out_sample_rate=RATE)
        worker = PipelineWorker(Pipeline(stages), params=rates)

        @transport.event_handler("on_client_connected")  # type: ignore[untyped-decorator]
        async def greet(*_: object) -> None:
            await worker.queue_frames([TTSSpeakFrame(rig.GREETING)])

        @transport.event_handler("on_client_disconnected")  # type: ignore[untyped-decorator]
        async def hang_up(*_: object) -> None:
            await worker.cancel()

        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(worker)
        await runner.run()

    def _make_llm(self) -> OpenAILLMService:
        settings = OpenAILLMService.Settings(
            model=self._model,
            system_instruction=rig.PROMPT,
            temperature=0.0,
            max_tokens=rig.MAX_TOKENS,
        )
        return OpenAILLMService(base_url=self._llm, api_key=self._key, settings=settings)


def _transport(websocket: WebSocket, stream: str, call: str) -> FastAPIWebsocketTransport:
    hang_up = TwilioFrameSerializer.InputParams(auto_hang_up=False)  # there is no Twilio to ask
    return FastAPIWebsocketTransport(
        websocket,
        FastAPIWebsocketParams(
            audio_in_enabled=True,
            audio_out_enabled=True,
            audio_out_10ms_chunks=2,
            serializer=TwilioFrameSerializer(stream, call, params=hang_up),
        ),
    )


def _strategy(told: str) -> BaseUserTurnStopStrategy:
    """``smart-turn`` or ``speech-timeout``, each with its seconds of silence or its own default."""
    name, _, seconds = told.partition("=")
    if name == "smart-turn":
        params = SmartTurnParams(stop_secs=float(seconds)) if seconds else SmartTurnParams()
        return TurnAnalyzerUserTurnStopStrategy(
            turn_analyzer=LocalSmartTurnAnalyzerV3(params=params)
        )
    if name == "speech-timeout":
        given = {"user_speech_timeout": float(seconds)} if seconds else {}
        return SpeechTimeoutUserTurnStopStrategy(**given)
    sys.exit(f"strategy is {told!r}, expected smart-turn or speech-timeout, with =SECONDS or not")


def main() -> None:
    """Load what is shared, then answer until told to stop."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--llm", required=True, help="an OpenAI-compatible server's /v1")
    parser.add_argument("--model", default=rig.MODEL)
    parser.add_argument("--key", default="none")
    parser.add_argument("--strategy", default="smart-turn")
    parser.add_argument("--whisper", type=Path, help="a folder with a CTranslate2 model")
    parser.add_argument("--piper", type=Path, help="a voice's .onnx")
    arguments = parser.parse_args()
    _strategy(arguments.strategy)
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    bot = Bot(arguments)
    app = FastAPI()
    app.websocket("/twilio")(bot.answer)

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning")


if __name__ == "__main__":
    main()
