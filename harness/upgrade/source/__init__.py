"""Reading a user's code: its files, its names, what flows where; nothing of it is ever run."""
