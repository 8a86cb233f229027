"""What a project pins, whichever tool it says it to: one reader a format."""
