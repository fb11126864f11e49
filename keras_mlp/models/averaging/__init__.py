"""Several trained models as one that answers with their average."""
