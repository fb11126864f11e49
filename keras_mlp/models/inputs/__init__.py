"""What models take: tables, standardized numbers, names of classes."""
