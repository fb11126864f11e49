"""Two measures tell three species of penguins apart.

The length of the bill and that of the flipper are enough for most. The colour is the
stronger, the surer the network is.
"""

import numpy as np

import keras_mlp
from keras_mlp import report

table = keras_mlp.data.table("penguins_344", batch_size=344, shuffle=False)
rows, y = next(table.as_numpy_iterator())
x = np.stack([rows["bill_length_mm"], rows["flipper_length_mm"]], axis=1)
known = np.isfinite(x).all(axis=1)
x, y = x[known].astype("float32"), y[known]
x = (x - x.mean(axis=0)) / x.std(axis=0)

model = keras_mlp.models.MLPClassifier(3, [16], seed=0)
model.compile()
model.fit(x, y, epochs=80, verbose=0)
assert np.mean(model.predict_classes(x) == y) > 0.9

names = table.class_names
report.plot_boundary(model, x, y, "penguins.png", names, "Length of bill and flipper")
