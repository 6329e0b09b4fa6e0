"""Ours and Pipecat side by side: same machine, same run, same caller, same engines behind both.

    python -m demos.latency.peers --rounds 3        (or `make bench`, which installs the peer)

:mod:`rig` says what the simulated engines are, :mod:`systems` what is started and why it is set up
so, :mod:`pipecat_bot` is the peer, :mod:`compare` what the figures say. What is fair about it, and
what is not, stands in README.md.
"""
