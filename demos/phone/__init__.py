"""A caller: streams recordings into a voice server as a telephone would, and measures the answers.

    wav -> script -> frames, one each 20 ms -> peer -> socket        what is said, and when
    socket -> peer -> playout -> what the caller hears -> measure    what comes back, and when
                                                       `-> report, picture, stereo recording

All but :mod:`demos.phone.client` is pure; times are seconds since the call's first sample.
"""
