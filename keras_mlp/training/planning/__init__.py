"""Deciding how the steps of a call are taken."""
