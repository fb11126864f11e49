"""The network of an `MLP`, composed of stock Keras layers: the reference in tests."""

import keras

GATES = {"glu": "sigmoid", "swiglu": "silu", "geglu": "gelu"}
NORMALIZATIONS = {
    "batch": keras.layers.BatchNormalization,
    "layer": keras.layers.LayerNormalization,
    "rms": keras.layers.RMSNormalization,
}
OF_WEIGHTS = (
    "kernel_initializer",
    "kernel_regularizer",
    "bias_regularizer",
    "kernel_constraint",
    "bias_constraint",
)


def composed(mlp, input_shape, **options):
    """Returns a `keras.Model` of the network that `mlp` should be, with its weights.

    Args:
        mlp: The block, built. Only its weights, the widths and the seeds of its
            dropout are taken from it.
        input_shape: Shape of one example.
        **options: The options that `mlp` was made with.
    """
    inputs = keras.Input(input_shape, dtype="float32")
    # Keras 3.12 and 3.13 make no model of an input alone, which an empty block is.
    outputs = keras.layers.Identity(dtype="float32")(inputs)
    for index, units in enumerate(mlp.units):
        hidden = index < len(mlp.units) - 1
        outputs = one_layer(mlp, outputs, index, units, hidden, options)
    model = keras.Model(inputs, outputs)
    for layer in mlp.layers:
        if layer.weights:
            model.get_layer(layer.name).set_weights(layer.get_weights())
    return model


def one_layer(mlp, inputs, index, units, hidden, options):
    def option(name, default=None, hidden_only=True):
        value = options.get(name, default)
        if isinstance(value, (list, tuple)):
            return value[index] if hidden or not hidden_only else default
        return value if hidden or not hidden_only else default

    def dense(part, **arguments):
        of_weights = {name: option(name, hidden_only=False) for name in OF_WEIGHTS}
        arguments = {**of_weights, "use_bias": use_bias, **arguments}
        return keras.layers.Dense(
            units, name=f"{part}_{index}", dtype=dtype, **arguments
        )

    dtype = options.get("dtype")
    use_bias = option("use_bias", True, hidden_only=False)
    if not hidden and options.get("use_final_bias") is not None:
        use_bias = options["use_final_bias"]
    outputs = dense("dense")(inputs)
    if option("normalization"):
        make = option("normalization")
        make = NORMALIZATIONS.get(make, make)
        outputs = make(name=f"normalization_{index}", dtype=dtype)(outputs)
    activation = option("activation", "relu")
    if not hidden:
        activation = options.get("final_activation")
    if option("gate"):
        gate = dense("gate", activation=GATES[option("gate")])
        outputs = keras.layers.Multiply(dtype=dtype)([outputs, gate(inputs)])
        activation = None
    outputs = keras.layers.Activation(
        activation,
        name=f"activation_{index}",
        activity_regularizer=option("activity_regularizer", hidden_only=False),
        dtype=dtype,
    )(outputs)
    if option("dropout", 0.0):
        drops = (
            keras.layers.AlphaDropout if activation == "selu" else keras.layers.Dropout
        )
        seed = mlp.get_layer(f"dropout_{index}").seed
        outputs = drops(option("dropout"), seed=seed, dtype=dtype)(outputs)
    if option("residual", False) and inputs.shape[-1] == units:
        outputs = keras.layers.Add(dtype=dtype)([outputs, inputs])
    elif option("residual") == "project":
        projected = dense("projection", use_bias=False)(inputs)
        outputs = keras.layers.Add(dtype=dtype)([outputs, projected])
    return outputs
