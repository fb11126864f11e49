"""The arrays of the authors' code, in the order of our columns and variables."""

from pathlib import Path

import numpy as np

from keras_mlp.models import RealMLPClassifier, RealMLPRegressor

DIRECTORY = Path(__file__).parents[2] / "reference"
NUMBERS = 5
HIDDEN = (8, 8, 8)


class Authors:
    """What their code computes for a variant, and our model of it, adapted.

    Attributes:
        arrays: Theirs, by name.
        model: Ours, adapted to their data.
        table: Their data as columns.
        new_table: Other rows.
        targets: Their targets.
        is_full: Whether it is "td".
    """

    def __init__(self, variant, task):
        prefix = "td_s" if variant == "td-s" else "td"
        self.arrays = dict(np.load(DIRECTORY / f"realmlp_{prefix}_{task}.npz"))
        self.is_full = variant == "td"
        self.table, self.new_table = self._table(""), self._table("new/")
        self.targets = self.arrays["targets"]
        options = {"hidden_units": HIDDEN, "dropout": 0.0, "seed": 0}
        if task == "classifier":
            self.model = RealMLPClassifier(3, variant, **options)
        else:
            self.model = RealMLPRegressor(1, variant, **options)
        self.model.adapt(self.table, self.targets)
        self.places, self.signs = self._order()

    def _table(self, prefix):
        numbers = self.arrays[f"{prefix}numbers"]
        codes = self.arrays[f"{prefix}categories"]
        table = {f"number {i}": numbers[:, i] for i in range(NUMBERS)}
        for i in range(codes.shape[1]):
            texts = [f"category {code}" if code else "" for code in codes[:, i]]
            table[f"column {i}"] = np.array(texts, object)
        return table

    def _categories(self):
        """Numbers of the categories of each column, in the order of ours."""
        columns = self.model.preprocessing.columns
        return [
            [int(word.split()[1]) for word in columns[f"column {i}"].vocabulary]
            for i in range(5)
        ]

    def _order(self):
        """Which of their columns each of ours is, and where it has the other sign."""
        places, first = [], NUMBERS
        for i in range(NUMBERS):
            places += [15 + i, 3 * i, 3 * i + 1, 3 * i + 2] if self.is_full else [i]
        first = len(places)
        signs = [1.0] * first
        for numbers in self._categories()[: 3 if self.is_full else 5]:
            if len(numbers) == 2:
                places.append(first)
                signs.append(1.0 if numbers[0] == 1 else -1.0)
                first += 1
                continue
            places += [first + number - 1 for number in numbers]
            signs += [1.0] * len(numbers)
            first += len(numbers)
        if self.is_full:
            places += range(first, first + 16)
            signs += [1.0] * 16
        return np.array(places), np.array(signs)

    def columns(self, prefix):
        """What enters the scale of the first layer, in our order."""
        return self.arrays[f"{prefix}columns"][:, self.places] * self.signs

    def pairs(self, prefix, ours=None):
        """Each of our variables, with what is theirs in the order of ours."""
        theirs = {
            name.removeprefix(f"{prefix}/"): array
            for name, array in self.arrays.items()
            if name.startswith(f"{prefix}/")
        }
        model = self.model
        yield model.scale.scale, theirs["layer-0/scale"][0][self.places]
        for i in range(len(HIDDEN) + 1):
            dense = model.mlp.get_layer(f"dense_{i}")
            kernel = theirs[f"layer-{i}/weight"]
            if i == 0:
                kernel = kernel[self.places] * self.signs[:, None]
            yield dense.kernel, kernel
            yield dense.bias, theirs[f"layer-{i}/bias"][0]
            if self.is_full and i < len(HIDDEN):
                activation = model.mlp.get_layer(f"activation_{i}")
                yield activation.weight, theirs[f"layer-{i}/act"][0]
        if not self.is_full:
            return
        embedding = model.tabular_inputs.embedding
        yield embedding.frequency_weights, theirs["plr/weight_1"][:, 0]
        yield embedding.phases, theirs["plr/bias_1"][:, 0]
        yield embedding.kernel, theirs["plr/weight_2"]
        yield embedding.bias, theirs["plr/bias_2"][:, 0]
        embeddings = model.preprocessing._embeddings
        for i, numbers in enumerate(self._categories()[3:]):
            rows = theirs[f"embedding-{i}"]
            # Ours have a row for what is unknown, which none of theirs is.
            unknown = embeddings[i].embeddings.numpy()[1:2]
            yield (
                embeddings[i].embeddings,
                np.concatenate([rows[:1], unknown, rows[numbers]]),
            )

    def set_weights(self, prefix):
        """Gives our model their weights."""
        for variable, array in self.pairs(prefix):
            variable.assign(array)
