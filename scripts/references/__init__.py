"""Arrays from the code of the authors of RealMLP and TabM, to test ours against."""
