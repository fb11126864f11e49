"""Every documented network, a file each, with its source's figures.

The ranges of the figures are those that an independent run of the same
specification gave on the complete data over a few seeds, widened by 10 %.
"""

from keras_mlp.recipes.documented.conv_autoencoder import CONV_AUTOENCODER
from keras_mlp.recipes.documented.digits import DIGITS
from keras_mlp.recipes.documented.fashion_mlp import FASHION_MLP
from keras_mlp.recipes.documented.functional_mnist import FUNCTIONAL_MNIST
from keras_mlp.recipes.documented.linear_regression import LINEAR_REGRESSION
from keras_mlp.recipes.documented.mnist_mlp import MNIST_MLP
from keras_mlp.recipes.documented.mnist_mlp_raw import MNIST_MLP_RAW
from keras_mlp.recipes.documented.naive_dense import NAIVE_DENSE
from keras_mlp.recipes.documented.sequential_conv import SEQUENTIAL_CONV
from keras_mlp.recipes.documented.sequential_toy import SEQUENTIAL_TOY
from keras_mlp.recipes.recipe import Recipe

# In the order of the documentation, N0 to N8.
DOCUMENTED: tuple[Recipe, ...] = (
    MNIST_MLP_RAW,
    MNIST_MLP,
    FASHION_MLP,
    LINEAR_REGRESSION,
    SEQUENTIAL_TOY,
    SEQUENTIAL_CONV,
    FUNCTIONAL_MNIST,
    CONV_AUTOENCODER,
    NAIVE_DENSE,
)

__all__ = ["DIGITS", "DOCUMENTED"]
