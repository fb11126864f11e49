"""keras-rs: its layers in one network with ours, and a recommender on top of ours."""

from typing import Any

import keras_rs


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns history and predictions, and what a two-tower model retrieves."""
    keras, x, y = example["keras"], example["x"], example["y"]
    model = example["model"]
    model.save("crossed.keras")
    loaded = keras.models.load_model("crossed.keras")
    found = {
        "history": example["history"].history,
        "predictions": model.predict(x[:20], verbose=0),
        "loaded": loaded.predict(x[:20], verbose=0),
    }
    keras.utils.set_random_seed(1)
    image, label = keras.Input([64]), keras.Input([], dtype="int32")
    towers = [
        package.layers.Dense(8)(image),
        keras.layers.Embedding(10, 8)(label),
    ]
    scores = keras_rs.layers.DotInteraction()(towers)
    retrieval = package.Model([image, label], package.layers.Dense(1)(scores))
    retrieval.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    shuffled = (y * 7 + 3) % 10
    history = retrieval.fit([x, shuffled], shuffled == y, epochs=2, verbose=0)
    found["two towers"] = history.history
    queries = package.Model(image, towers[0]).predict(x[:5], verbose=0)
    best = keras_rs.layers.BruteForceRetrieval(
        retrieval.layers[2].get_weights()[0], k=3, return_scores=True
    )
    found["retrieved"] = best(queries)
    return found
