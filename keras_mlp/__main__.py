"""`python -m keras_mlp` is the command `keras-mlp`."""

import sys

from keras_mlp.cli import main

if __name__ == "__main__":
    sys.exit(main())
