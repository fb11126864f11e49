"""Loading prepared data sets of images: which examples, in which order, as batches."""
