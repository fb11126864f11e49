"""What the networks for tables share."""
