"""Who said it first, and who is only repeating it."""
