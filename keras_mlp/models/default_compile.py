"""Models that know which loss suits them."""

from typing import TYPE_CHECKING, Any

import keras

from keras_mlp.training.planning.settings import compile_again

# A mixin has no base; a type checker needs to know what it is mixed into.
if TYPE_CHECKING:
    from keras import Model as _Mixed
else:
    _Mixed = object


class DefaultCompile(_Mixed):
    """Mixin for a `keras.Model`: `compile()` needs no arguments.

    The class says what suits it by `default_optimizer`, `default_loss` and
    `default_metrics`. Whatever is
    passed to `compile` is heeded as in Keras, `loss=None` among it; so is what a
    saved model was compiled with.
    """

    def default_optimizer(self) -> Any:
        """Returns the optimizer that `compile` picks: Adam as Keras has it."""
        return "adam"

    def default_loss(self) -> keras.losses.Loss:
        """Returns the loss that `compile` picks."""
        raise NotImplementedError

    def default_metrics(self) -> list[keras.metrics.Metric]:
        """Returns the metrics that `compile` picks with that loss."""
        raise NotImplementedError

    def compile(
        self,
        optimizer: Any = "auto",
        loss: Any = "auto",
        loss_weights: Any = None,
        metrics: Any = "auto",
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Configures the model for training, as `keras.Model.compile` does.

        Args:
            optimizer: Name, configuration or instance. Defaults to `"auto"`, the one
                that suits the model: `"adam"` for most.
            loss: As in Keras. Defaults to `"auto"`, the loss that suits the model.
            loss_weights: As in Keras.
            metrics: As in Keras. Defaults to `"auto"`: with a loss that is picked,
                the metrics that suit the model; beside a loss of your own, none.
            *args: As in Keras: `weighted_metrics`, `run_eagerly`.
            **kwargs: The other arguments of `keras.Model.compile`.
        """
        if isinstance(optimizer, str) and optimizer == "auto":
            optimizer = self.default_optimizer()
        if isinstance(metrics, str) and metrics == "auto":
            picked = isinstance(loss, str) and loss == "auto"
            metrics = self.default_metrics() if picked else None
        if isinstance(loss, str) and loss == "auto":
            loss = self.default_loss()
        super().compile(optimizer, loss, loss_weights, metrics, *args, **kwargs)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles a loaded model as the saved one was."""
        # Keras does not dare this where `compile` is overridden. What was picked is
        # in the configuration, as if it had been passed.
        compile_again(self, config)
