"""What an `MLP` is made of: its options, checked, and its parts, layer by layer."""
