"""Models of tables for places without this package."""
