"""Data sets that are folders of image files, a sub-folder a class."""
