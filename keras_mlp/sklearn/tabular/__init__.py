"""The networks made for tables, as estimators."""
