"""Layers of several networks in one."""
