"""Laws that every scenario keeps, and proof that each can give every answer."""
