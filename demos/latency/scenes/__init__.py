"""The labelled scene set: what callers say and when they have truly finished.

    turns.txt, real.txt, overlaps.txt -> spec -> voices, recordings, sounds -> line -> WAVs + labels

The texts are committed, the audio is made or fetched: ``python -m demos.latency.scenes.make``.
"""
