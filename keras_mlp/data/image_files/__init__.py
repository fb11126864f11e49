"""Image files of any kind: what their bytes say, and how they become arrays."""
