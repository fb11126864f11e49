"""What is known not to be the same, and why."""

# By client: where figures differ, as a pattern, with the reason.
DIFFERENCES: dict[str, dict[str, str]] = {
    "mlflow": {
        "keras fresh": "what mlflow.keras has logged loads where keras_mlp is imported"
        " before, as all classes that are not Keras' own",
    },
}

# By client: why it fails with stock Keras of this version. It must not with ours.
STOCK_FAILS: dict[str, str] = {
    "ray": "Keras 3 does not fit under MultiWorkerMirroredStrategy; ours is compared"
    " with one process of stock Keras",
}
