"""What a person asks before and after an upgrade."""
