"""Programs that run models on several workers or threads."""
