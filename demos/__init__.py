"""What ships beside the server: the demo page, the clinic, the phone bridge, the harness, our deltas."""
