"""Programs that bring layers and preprocessing of their own."""
