"""Dividing the rows of a table into parts."""
