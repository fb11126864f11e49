"""Files for `scripts/torture files`, and what their readers must make of them."""
