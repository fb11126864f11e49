// Two-dimensional data of two classes, here and in Python.

const POINTS = 200;

// From two numbers in [0, 1) and the label to a point; the same in NumPy.
const POINT_SETS = {
  circles: {
    point: (u, v, label) => {
      const radius = 0.4 + 0.6 * label;
      return [radius * Math.cos(2 * Math.PI * u), radius * Math.sin(2 * Math.PI * u)];
    },
    python: [
      "radius = 0.4 + 0.6 * labels",
      "x = np.stack([radius * np.cos(2 * np.pi * u), radius * np.sin(2 * np.pi * u)], axis=1)",
    ],
  },
  moons: {
    point: (u, v, label) => {
      const [x, y] = [Math.cos(Math.PI * u), Math.sin(Math.PI * u)];
      return label ? [0.5 - 0.8 * x, 0.25 - 0.8 * y] : [0.8 * x - 0.4, 0.8 * y - 0.25];
    },
    python: [
      "side = 0.8 * (1 - 2 * labels)",
      "x = np.stack(",
      "    [side * np.cos(np.pi * u) - 0.4 + 0.9 * labels, side * np.sin(np.pi * u) - 0.25 + 0.5 * labels],",
      "    axis=1,",
      ")",
    ],
  },
  squares: {
    point: (u, v, label) => {
      const side = v < 0.5 ? -1 : 1;
      const x = side * (0.1 + 0.9 * u);
      return [x, side * (label ? 1 : -1) * (0.1 + 0.9 * ((2 * v) % 1))];
    },
    python: [
      "side = np.where(v < 0.5, -1, 1)",
      "x = np.stack(",
      "    [side * (0.1 + 0.9 * u), side * (2 * labels - 1) * (0.1 + 0.9 * ((2 * v) % 1))], axis=1",
      ")",
    ],
  },
  spirals: {
    point: (u, v, label) => {
      const radius = 0.1 + 0.9 * u;
      const angle = 3 * Math.PI * u + Math.PI * label;
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    },
    python: [
      "angle = 3 * np.pi * u + np.pi * labels",
      "x = (0.1 + 0.9 * u)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)",
    ],
  },
};

function makePoints(kind, noise, seed, count = POINTS) {
  const random = randomNumbers(seed);
  const inputs = matrix(count, 2);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  labels.forEach((label, i) => {
    const point = POINT_SETS[kind].point(random(), random(), label);
    inputs.data.set(point.map((value) => value + noise * normalNumber(random)), 2 * i);
  });
  return { inputs, labels };
}

// The Python code of what is set: it makes such points and trains such a network.
function kerasCode({ points, noise, hidden, options, training, batch }) {
  const word = (value) => (value === true ? "True" : typeof value === "string" ? `"${value}"` : value);
  const defaults = { activation: "relu", dropout: 0, normalization: null, residual: false, gate: null };
  const chosen = Object.entries(options)
    .filter(([name, value]) => value !== defaults[name])
    .map(([name, value]) => `            ${name}=${word(value)},`);
  if (training.l2) chosen.push(`            kernel_regularizer=keras.regularizers.L2(${training.l2}),`);
  const optimizer = training.optimizer === "adam" ? "Adam" : "SGD";
  return [
    "import keras",
    "import keras_mlp",
    "import numpy as np",
    "",
    "random = np.random.default_rng(0)",
    `labels = np.arange(${POINTS}) % 2`,
    `u, v = random.uniform(size=(2, ${POINTS}))`,
    ...POINT_SETS[points].python,
    `x += random.normal(scale=${noise}, size=x.shape)`,
    "",
    "model = keras_mlp.Sequential(",
    "    [",
    "        keras.Input((2,)),",
    "        keras_mlp.layers.MLP(",
    `            [${[...hidden, 1].join(", ")}],`,
    ...chosen,
    "        ),",
    "    ]",
    ")",
    "model.compile(",
    `    optimizer=keras.optimizers.${optimizer}(${training.rate}),`,
    "    loss=keras.losses.BinaryCrossentropy(from_logits=True),",
    "    metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)],",
    ")",
    `model.fit(x, labels, batch_size=${batch}, epochs=100)`,
    "",
  ].join("\n");
}
