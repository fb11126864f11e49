"""Programs that look for the best settings."""
