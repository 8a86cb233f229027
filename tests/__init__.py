"""The tests, room by room as in harness/ and scenarios/."""
