"""Is it right as often as it says?

A dealer asks whether a diamond brings more than 2,400 dollars. Where the points lie on
the diagonal, 80% means that four of five do.
"""

import keras_mlp
from keras_mlp import report

table = keras_mlp.data.table("diamonds_5k", batch_size=5000, shuffle=False)
columns, price = next(table.as_numpy_iterator())
# The price hangs on the weight above all; it is left out, and doubt remains.
rows = {name: columns[name] for name in ("cut", "color", "clarity", "depth", "table")}
expensive = (price > 2400).astype("int64")
train = {name: values[:3000] for name, values in rows.items()}
test = {name: values[3000:] for name, values in rows.items()}

preprocessing = keras_mlp.data.TabularPreprocessing()
model = keras_mlp.models.MLPClassifier(2, [64], preprocessing=preprocessing, seed=0)
model.adapt(train)
model.compile()
model.fit(train, expensive[:3000], epochs=10, verbose=0)

said = model.predict_proba(test)[:, 1]
assert abs(said.mean() - expensive[3000:].mean()) < 0.05

report.plot_calibration(said, expensive[3000:], "calibration.png")
