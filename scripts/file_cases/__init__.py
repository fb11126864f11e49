"""Files for `scripts/torture_files.py`, and what their readers must make of them."""
