"""What is trained until which accuracy."""

import dataclasses

# Shares of the test images that are read right.
LEVELS = (0.98, 0.985, 0.99)

# A run of more seconds than these ends with its epoch.
LIMIT = 900.0

# The module beside this one and its function of a setting and a clock; of each,
# settings that its users would choose.
CONTESTANTS = {
    "keras_mlp": ("keras_models", "train_ours"),
    "Keras": ("keras_models", "train_stock"),
    "PyTorch": ("pytorch", "train"),
    "scikit-learn": ("scikit_learn", "train"),
}


@dataclasses.dataclass(frozen=True)
class Setting:
    """A perceptron, and how it is trained: Adam, its rate falling to 0 as a cosine.

    scikit-learn's has none of the next three arguments, and a constant rate.

    Args:
        hidden_units: Width of each hidden layer.
        dropout: Rate of dropout after each hidden layer.
        noise: Deviation of what is added to images and to normalized layers.
        normalize: Whether hidden layers are normalized by batches.
        epochs: How often it sees all images.
        learning_rate: The rate at the beginning.
        batch_size: Images in a batch.
    """

    hidden_units: tuple[int, ...]
    dropout: float = 0.0
    noise: float = 0.0
    normalize: bool = False
    epochs: int = 10
    learning_rate: float = 1e-3
    batch_size: int = 128


# One for each level. The last is the recipe `mnist-best`.
SETTINGS = {
    "512-512": Setting((512, 512), dropout=0.2, epochs=6, learning_rate=2e-3),
    "1024-1024": Setting((1024, 1024), dropout=0.4, epochs=15),
    "mnist-best": Setting(
        (1000, 500, 250, 250, 250),
        noise=0.3,
        normalize=True,
        epochs=30,
        learning_rate=3e-3,
    ),
}
