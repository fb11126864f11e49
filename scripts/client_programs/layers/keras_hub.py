"""keras-hub: its layers in one network with ours, trained, saved and loaded."""

from typing import Any

import keras_hub


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns history and predictions, of a file that is loaded too."""
    keras = example["keras"]
    model, images = example["model"], example["x"].reshape(-1, 8, 8)
    model.save("encoder.keras")
    loaded = keras.models.load_model("encoder.keras")
    found = {
        "history": example["history"].history,
        "predictions": model.predict(images[:20], verbose=0),
        "loaded": loaded.predict(images[:20], verbose=0),
        "class": type(loaded).__name__,
    }
    keras.utils.set_random_seed(1)
    tokens = keras.Input([12], dtype="int32")
    features = keras_hub.layers.TokenAndPositionEmbedding(17, 12, 8)(tokens)
    features = keras_hub.layers.FNetEncoder(16)(features)
    features = keras.layers.Flatten()(features)
    words = package.Model(tokens, package.layers.Dense(2)(features))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    words.compile("adam", loss)
    inks = (example["x"][:, :12] * 16).astype("int32")
    history = words.fit(inks, example["y"] % 2, epochs=2, verbose=0)
    found["words"] = history.history
    return found
