"""Measure the server from the caller's end of the socket."""
