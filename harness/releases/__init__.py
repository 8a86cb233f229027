"""Which releases there are, how each is resolved, and where its environment is."""
