"""Readers say what each passage does to a claim."""
