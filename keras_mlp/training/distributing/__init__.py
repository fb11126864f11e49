"""Several replicas, several workers."""
