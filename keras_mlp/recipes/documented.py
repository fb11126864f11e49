"""The recipes: every documented network, with its source's figures.

The ranges of the figures are those that an independent run of the same
specification gave on the complete data over a few seeds, widened by 10 %.
"""

import json
from importlib import resources
from typing import Any

from keras_mlp import builders
from keras_mlp.recipes import measures
from keras_mlp.recipes.autoencoder_recipe import AutoencoderRecipe
from keras_mlp.recipes.builder_recipe import BuilderRecipe
from keras_mlp.recipes.line_recipe import LineRecipe
from keras_mlp.recipes.mlp_recipe import MLPRecipe
from keras_mlp.recipes.recipe import Figure, Recipe


def _published(name: str) -> dict[str, Any]:
    """Reads the record of what a source published."""
    path = resources.files("keras_mlp.recipes") / "published" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _initializer(name: str, **config: float) -> dict[str, Any]:
    """Returns Keras' configuration of an initializer without a seed.

    The object itself would draw a seed now, from the random generator of whoever
    imports the package.
    """
    return {
        "module": "keras.initializers",
        "class_name": name,
        "config": {**config, "seed": None},
        "registered_name": None,
    }


DIGITS = MLPRecipe(
    name="digits",
    title="784-256-128-10, trained the way one would today",
    notes=(
        "The network of mnist-mlp with cross-entropy in place of the squared error, "
        "and Adam with a falling learning rate in place of plain descent."
    ),
    dataset="mnist_5k",
    shuffle=True,
    validation_percent=10,
    hidden_units=(256, 128),
    loss="sparse_categorical_crossentropy",
    optimizer="adam",
    learning_rate=1e-3,
    schedule="cosine",
    epochs=20,
    batch_size=64,
    figures=(Figure(name="test accuracy", measure=measures.test_accuracy, low=0.93),),
)

MNIST_MLP_RAW = MLPRecipe(
    name="mnist-mlp-raw",
    title="784-256-128-10 on raw pixels, squared error, plain descent",
    notes=(
        'N0. Source: "Tensorflow2学习--002(快速入手,向前传播神经网络搭建)". It teaches '
        "the forward pass and descent by hand. Pixels stay 0 to 255; kernels from a "
        "truncated normal of standard deviation 0.01, biases of 1. In file order, "
        "without shuffling. It gives no figures, and leaves the pixels unscaled: the "
        "rate of 0.001 goes far only because they are large."
    ),
    dataset="mnist",
    scale=False,
    hidden_units=(256, 128),
    kernel_initializer=_initializer("TruncatedNormal", mean=0.0, stddev=0.01),
    bias_initializer=_initializer("TruncatedNormal", mean=0.0, stddev=1.0),
    loss="mean_squared_error",
    optimizer="gradient_descent",
    learning_rate=1e-3,
    epochs=10,
    batch_size=128,
    trace_every=100,
    embedded="a test accuracy of 0.63 to 0.67",
    figures=(
        Figure(name="first loss", measure=measures.step_loss(0, 0), low=0.63, high=1.1),
        Figure(
            name="loss at epoch 0, step 100",
            measure=measures.step_loss(0, 1),
            low=0.0882,
            high=0.1188,
        ),
        Figure(
            name="loss at epoch 9, step 400",
            measure=measures.step_loss(9, 4),
            low=0.0198,
            high=0.0319,
        ),
        Figure(name="test accuracy", measure=measures.test_accuracy, low=0.905),
        Figure(
            name="first training image read as",
            measure=measures.first_image,
            published="5",
            low=5,
            high=5,
        ),
    ),
)

_MNIST_MLP_PUBLISHED = _published("mnist-mlp")
MNIST_MLP = MNIST_MLP_RAW.replace(
    name="mnist-mlp",
    title="784-256-128-10 on scaled pixels, squared error, plain descent",
    notes=(
        'N1. Source: "手寫數字識別流程 … 前向傳播(張量)- 實戰". It teaches the same on '
        "scaled pixels and publishes losses, no accuracy, so that it does not show how "
        "little was learnt. Plain descent on the squared error at a rate of 0.001 is "
        "slow: after ten epochs little more than half of the test images are read "
        "right. The published trace shows the same."
    ),
    scale=True,
    kernel_initializer=_initializer("TruncatedNormal", mean=0.0, stddev=0.1),
    bias_initializer="zeros",
    published=_MNIST_MLP_PUBLISHED,
    embedded="a test accuracy of 0.13 to 0.19",
    figures=(
        *(
            Figure(
                name=f"loss at epoch 9, step {step}",
                measure=measures.step_loss(9, record),
                published=f"{loss:.4f}",
                low=loss - 0.012,
                high=loss + 0.012,
            )
            for record, (step, loss) in enumerate(
                zip(
                    _MNIST_MLP_PUBLISHED["steps"],
                    _MNIST_MLP_PUBLISHED["epochs"][-1],
                    strict=True,
                )
            )
        ),
        Figure(
            name="test accuracy", measure=measures.test_accuracy, low=0.468, high=0.627
        ),
    ),
)

_FASHION_MLP_PUBLISHED = _published("fashion-mlp")
FASHION_MLP = MLPRecipe(
    name="fashion-mlp",
    title="784-128-10 on Fashion-MNIST, squared error, full-batch descent",
    notes=(
        'N2. Source: "tensorflow2.0(4)-前向传播计算". It teaches what a tape watches '
        "and returns. Its 50 steps end long before the descent does, and only the "
        "first 17 losses are published. One batch of all 60,000 images, 50 iterations. "
        "With the optimizer `gradient_descent` the update is `assign_sub` in place; "
        "with `sgd` it is that of keras.optimizers.SGD. Both give the same."
    ),
    dataset="fashion_mnist",
    hidden_units=(128,),
    kernel_initializer=_initializer("TruncatedNormal", mean=0.0, stddev=0.1),
    loss="mean_squared_error",
    optimizer="gradient_descent",
    learning_rate=0.01,
    epochs=50,
    batch_size=60_000,
    published=_FASHION_MLP_PUBLISHED,
    embedded="a test accuracy of 0.11 to 0.17",
    figures=(
        Figure(
            name="first loss",
            measure=measures.epoch_loss(0),
            published=f"{_FASHION_MLP_PUBLISHED['losses'][0]:.4f}",
            low=0.36,
            high=1.32,
        ),
        Figure(
            name="17th loss",
            measure=measures.epoch_loss(16),
            published=f"{_FASHION_MLP_PUBLISHED['losses'][16]:.4f}",
            low=0.20,
            high=0.24,
        ),
        Figure(name="50th loss", measure=measures.epoch_loss(49), low=0.15, high=0.184),
    ),
)

LINEAR_REGRESSION = LineRecipe(
    name="linear-regression",
    title="y = w x + b, fitted to 1,000 noisy points",
    notes=(
        'N3. Source: "TensorFlow上手(二)", after TensorFlow\'s guide "Basic training '
        'loops". It teaches that a loop by hand and `fit` do the same. The points '
        "scatter about y = 3 x + 2; the line starts at w = 5, b = 0. One batch of all "
        "points, 20 epochs."
    ),
    optimizer="sgd",
    learning_rate=0.1,
    epochs=20,
    batch_size=1000,
    figures=(
        Figure(
            name="w",
            measure=measures.last("kernel"),
            published="3",
            low=2.85,
            high=3.15,
        ),
        Figure(
            name="b",
            measure=measures.last("bias"),
            published="2",
            low=1.85,
            high=2.15,
        ),
        Figure(
            name="last loss",
            measure=measures.last("loss"),
            published="1",
            low=0.8,
            high=1.2,
        ),
    ),
)

SEQUENTIAL_TOY = BuilderRecipe(
    name="sequential-toy",
    title="Sequential of three named layers of 2, 3 and 4 units",
    notes=(
        'N4. Source: "TensorFlow上手(二)". It teaches that layers have no weights '
        "before they know their inputs. Built by a call on ones of shape (1, 4)."
    ),
    builder=builders.sequential_mlp,
    input_shape=(4,),
    figures=(
        Figure(
            name="weight tensors",
            measure=measures.weight_tensors,
            published="6",
            low=6,
            high=6,
        ),
        *(
            Figure(
                name=f"parameters of layer{number}",
                measure=measures.layer_parameters(f"layer{number}"),
                published=str(count),
                low=count,
                high=count,
            )
            for number, count in enumerate((10, 9, 16), start=1)
        ),
    ),
)

SEQUENTIAL_CONV = BuilderRecipe(
    name="sequential-conv",
    title="Sequential grown with add: two convolutions and a pooling",
    notes=(
        'N5. Source: "TensorFlow上手(二)". It teaches to look at a network while it '
        "grows. Its layers give (123, 123, 32), (121, 121, 32) and (40, 40, 32)."
    ),
    builder=builders.sequential_conv,
    input_shape=(250, 250, 3),
    figures=tuple(
        Figure(
            name=f"height, width of layer {number + 1}",
            measure=measures.layer_side(number),
            published=str(side),
            low=side,
            high=side,
        )
        for number, side in enumerate((123, 121, 40))
    ),
)

FUNCTIONAL_MNIST = MLPRecipe(
    name="functional-mnist",
    title="784-64-64-10 as a graph, cross-entropy, RMSprop",
    notes=(
        'N6. Source: "TensorFlow上手(二)", after TensorFlow\'s guide "The Functional '
        'API". It teaches a network as a graph. It gives no figures. The last 20 % of '
        "the training images are held out for validation."
    ),
    dataset="mnist",
    shuffle=True,
    validation_percent=20,
    hidden_units=(64, 64),
    loss="sparse_categorical_crossentropy",
    way="functional",
    optimizer="rmsprop",
    learning_rate=1e-3,
    epochs=2,
    batch_size=64,
    embedded="a test accuracy of 0.86 to 0.88",
    figures=(
        Figure(
            name="parameters",
            measure=measures.parameters,
            published="55050",
            low=55_050,
            high=55_050,
        ),
        Figure(name="test accuracy", measure=measures.test_accuracy, low=0.94),
    ),
)

CONV_AUTOENCODER = AutoencoderRecipe(
    name="conv-autoencoder",
    title="convolutional autoencoder with a code of 16 numbers",
    notes=(
        'N7. Source: "TensorFlow上手(二)", after TensorFlow\'s guide "The Functional '
        'API". It teaches that models share layers. It builds the network and does not '
        "train it, so that what is lost by a code of maxima, which know no place, is "
        "not seen. The training is ours: one epoch of Adam on the squared error "
        "between image and reconstruction."
    ),
    dataset="mnist",
    shuffle=True,
    optimizer="adam",
    learning_rate=2e-3,
    schedule="cosine",
    epochs=1,
    batch_size=128,
    embedded="a test error of 0.069 to 0.073, from 0.114 before",
    figures=(
        Figure(
            name="fall of the test error",
            measure=measures.fall_of_error,
            low=0.6,
        ),
    ),
)

_NAIVE_DENSE_PUBLISHED = _published("naive-dense")
NAIVE_DENSE = MLPRecipe(
    name="naive-dense",
    title="784-512-10 with softmax, from a hand-written Dense and Sequential",
    notes=(
        'N8. Source: the notebook "手动编写模型" (github.com/ndsoi/ndsoi), after F. '
        "Chollet, Deep Learning with Python, 2nd edition, section 2.5. It teaches what "
        "Dense and Sequential are. The source's batch generator compares an index "
        "counted in samples with a count of batches, and so cycles over the first 512 "
        "images. This recipe reads all images, in file order."
    ),
    dataset="mnist",
    hidden_units=(512,),
    final_activation="softmax",
    kernel_initializer=_initializer("RandomUniform", minval=0.0, maxval=0.1),
    loss="sparse_categorical_crossentropy",
    way="sequential",
    optimizer="gradient_descent",
    learning_rate=1e-3,
    epochs=10,
    batch_size=128,
    trace_every=100,
    published=_NAIVE_DENSE_PUBLISHED,
    embedded="a test accuracy of 0.18",
    figures=(
        Figure(
            name="test accuracy",
            measure=measures.test_accuracy,
            published=f"{_NAIVE_DENSE_PUBLISHED['test_accuracy']:.2f}",
            low=0.80,
            high=0.83,
        ),
    ),
)

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
