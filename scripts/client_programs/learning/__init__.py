"""Programs that train or explain models for scikit-learn users."""
