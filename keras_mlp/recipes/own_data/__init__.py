"""Recipes for data that users bring: tables, and folders of images."""
