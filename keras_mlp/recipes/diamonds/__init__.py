"""The strongest perceptrons for tables, as published, on the embedded diamonds.

The ranges of the figures are those that the code of the authors, with these settings,
gave on the same rows, widened by 10 %: seeds 0 to 2 of RealMLP, seed 0 of TabM.
"""

from keras_mlp.recipes.diamonds.realmlp_diamonds import REALMLP_DIAMONDS
from keras_mlp.recipes.diamonds.tabm_diamonds import TABM_DIAMONDS

DIAMONDS = (REALMLP_DIAMONDS, TABM_DIAMONDS)

__all__ = ["DIAMONDS"]
