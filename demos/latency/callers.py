"""Many callers at once, each with its own recordings, none waiting for another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from demos.phone.call import Call
from demos.phone.client import place_call
from demos.phone.outcome import Outcome, judge
from demos.phone.peers import NativePeer
from demos.phone.recordings import read_recording
from demos.phone.script import Manners
from voice.errors import VoiceError

_SAMPLE_RATE = 16_000


@dataclass(frozen=True, slots=True)
class Plan:
    """One call: what is said in it, and how many seconds after the first call it begins."""

    wavs: Sequence[Path]
    starts_at: float = 0.0


def spread(calls: int, wavs: Sequence[Path], seed: int, within: float = 4.0) -> list[Plan]:
    """So many calls that begin at random within a few seconds, each from another recording on."""
    random = Random(seed)
    return [
        Plan([*wavs[call % len(wavs) :], *wavs[: call % len(wavs)]], random.uniform(0, within))
        for call in range(calls)
    ]


async def place_calls(url: str, plans: Sequence[Plan], manners: Manners) -> list[Outcome | str]:
    """Place them; for each how it went, or why there was no call."""
    outcomes: list[Outcome | str] = [""] * len(plans)
    recordings = {
        wav: read_recording(wav, _SAMPLE_RATE) for plan in plans for wav in plan.wavs
    }  # before the first call: reading is slow, and on the caller's clock it would look like us

    async def one(number: int, plan: Plan) -> None:
        await asyncio.sleep(plan.starts_at)
        call = Call(NativePeer(_SAMPLE_RATE), [recordings[wav] for wav in plan.wavs], manners)
        try:
            hung_up = await place_call(url, NativePeer(_SAMPLE_RATE), call, {}, lambda _: None)
        except VoiceError as error:
            outcomes[number] = str(error)
            return
        outcomes[number] = (
            judge(call, url, _SAMPLE_RATE, len(plan.wavs), hung_up)
            if call.spoken or not hung_up
            else hung_up
        )

    async with asyncio.TaskGroup() as tasks:
        for number, plan in enumerate(plans):
            tasks.create_task(one(number, plan))
    return outcomes
