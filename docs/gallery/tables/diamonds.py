"""The price of a diamond, from its cut, colour and size.

The columns are taken as they are, words and numbers. On the line, the predicted price
is the true one.
"""

import numpy as np

import keras_mlp
from keras_mlp import report

table = keras_mlp.data.table("diamonds_5k", batch_size=64, seed=0)
train, test = table.split(test_size=0.2)
columns = keras_mlp.data.TabularPreprocessing()
model = keras_mlp.models.MLPRegressor(1, [64, 64], preprocessing=columns, seed=0)
model.adapt(train)
model.compile()
model.fit(train, epochs=20, verbose=0)

prices = np.concatenate([price for _, price in test.as_numpy_iterator()])
predicted = model.predict(test, verbose=0)[:, 0]
share = 1 - np.mean((predicted - prices) ** 2) / np.var(prices)
assert share > 0.9

report.plot_fit(prices, predicted, "diamonds.png", title="Prices in US dollars")
