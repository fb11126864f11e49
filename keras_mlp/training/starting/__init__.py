"""What happens once, before the first step of a call."""
