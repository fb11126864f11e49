"""Making prepared data sets of TFDS: from files, downloads and data of your own."""
