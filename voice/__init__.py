"""A low-latency voice agent server."""
