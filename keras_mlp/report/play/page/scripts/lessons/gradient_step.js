// One step of gradient descent, by hand, with every number that occurs in it.

// What derivatives are made of: each from the result of the activation, `h`.
const DERIVATIVES = {
  relu: (h) => (h > 0 ? 1 : 0),
  tanh: (h) => 1 - h * h,
  sigmoid: (h) => h * (1 - h),
};

// The network of two inputs, three hidden units and one output, as it begins.
const firstWeights = () => ({
  W1: [
    [0.5, -0.4, 0.3],
    [0.2, 0.6, -0.5],
  ],
  b1: [0.1, 0, 0.2],
  W2: [0.7, -0.3, 0.4],
  b2: 0.1,
});

// Returns each number of one step, under the names of the code beside it.
function gradientStep({ W1, b1, W2, b2 }, { x, y }, rate, activation) {
  const products1 = W1.map((row, i) => row.map((w) => x[i] * w));
  const z1 = b1.map((b, j) => products1[0][j] + products1[1][j] + b);
  const h = z1.map((z) => activations[activation](z));
  const products2 = h.map((value, j) => value * W2[j]);
  const prediction = products2[0] + products2[1] + products2[2] + b2;
  const loss = (prediction - y) ** 2;
  // The chain rule: how the loss changes with each of these.
  const dPrediction = 2 * (prediction - y);
  const dW2 = h.map((value) => dPrediction * value);
  const db2 = dPrediction;
  const dh = W2.map((w) => dPrediction * w);
  const slope = h.map((value) => DERIVATIVES[activation](value));
  const dz1 = dh.map((value, j) => value * slope[j]);
  const dW1 = x.map((value) => dz1.map((d) => value * d));
  const db1 = dz1;
  const after = {
    W1: W1.map((row, i) => row.map((w, j) => w - rate * dW1[i][j])),
    b1: b1.map((b, j) => b - rate * db1[j]),
    W2: W2.map((w, j) => w - rate * dW2[j]),
    b2: b2 - rate * db2,
  };
  return {
    W1, b1, W2, b2, x, y, rate, products1, z1, h, products2, prediction, loss,
    dPrediction, dW2, db2, dh, slope, dz1, dW1, db1, after,
  };
}
