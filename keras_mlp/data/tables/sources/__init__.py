"""Where tables come from: files, data frames and prepared data sets."""
