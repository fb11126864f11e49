"""N1: the same on scaled pixels."""

from keras_mlp.recipes import measures
from keras_mlp.recipes.documented.mnist_mlp_raw import MNIST_MLP_RAW
from keras_mlp.recipes.recipe import Figure
from keras_mlp.recipes.source import published, unseeded

_PUBLISHED = published("mnist-mlp")

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
    kernel_initializer=unseeded("TruncatedNormal", mean=0.0, stddev=0.1),
    bias_initializer="zeros",
    published=_PUBLISHED,
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
                    _PUBLISHED["steps"],
                    _PUBLISHED["epochs"][-1],
                    strict=True,
                )
            )
        ),
        Figure(
            name="test accuracy", measure=measures.test_accuracy, low=0.468, high=0.627
        ),
    ),
)
