"""What ships beside the server: the page, the clinic, a phone, the harness, our deltas."""
