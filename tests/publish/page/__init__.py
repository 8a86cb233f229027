"""The page: its values, its text, and what a browser makes of it."""
