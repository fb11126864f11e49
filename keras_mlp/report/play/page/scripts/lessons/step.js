// The view "Step": one step under a `GradientTape`, line by line.

const EXAMPLES = [
  { x: [1, 0.5], y: 1 },
  { x: [-0.5, 1], y: -1 },
  { x: [0.8, -1], y: 0.5 },
  { x: [-1, -0.6], y: 0 },
];

// A line of code, what it does in words, and the calculations that it stands for.
const STEP_LINES = [
  {
    code: ["with tf.GradientTape() as tape:", "    z1 = x @ W1 + b1"],
    words: "Each hidden unit adds up input × weight, and its bias.",
    sums: (s) =>
      s.z1.map((z, j) => `z1[${j}] = ${n(s.x[0])} × ${n(s.W1[0][j])} + ${n(s.x[1])} × ${n(s.W1[1][j])} + ${n(s.b1[j])} = ${short(z)}`),
    lit: ["x", "W1", "z1"],
  },
  {
    code: (activation) => [`    h = ${activation === "relu" ? "tf.nn.relu" : `tf.${activation}`}(z1)`],
    words: "The activation bends each sum.",
    sums: (s, activation) => s.h.map((h, j) => `h[${j}] = ${activation}(${n(s.z1[j])}) = ${short(h)}`),
    lit: ["z1", "h"],
  },
  {
    code: ["    prediction = h @ W2 + b2"],
    words: "The output adds up in the same way.",
    sums: (s) => [
      `prediction = ${s.h.map((h, j) => `${n(h)} × ${n(s.W2[j])}`).join(" + ")} + ${n(s.b2)} = ${short(s.prediction)}`,
    ],
    lit: ["h", "W2", "prediction"],
  },
  {
    code: ["    loss = (prediction - y) ** 2"],
    words: "How far from the truth it is, squared.",
    sums: (s) => [`loss = (${n(s.prediction)} − ${n(s.y)})² = ${short(s.loss)}`],
    lit: ["prediction", "loss"],
  },
  {
    code: ["gradients = tape.gradient(loss, [W1, b1, W2, b2])"],
    words: "The chain rule, from the loss backwards: first the output's weights …",
    sums: (s) => [
      `∂loss/∂prediction = 2 × (${n(s.prediction)} − ${n(s.y)}) = ${short(s.dPrediction)}`,
      ...s.dW2.map((d, j) => `∂loss/∂W2[${j}] = ${n(s.dPrediction)} × h[${j}] = ${n(s.dPrediction)} × ${n(s.h[j])} = ${short(d)}`),
      `∂loss/∂b2 = ${n(s.dPrediction)} × 1 = ${short(s.db2)}`,
    ],
    lit: ["dPrediction", "dW2"],
  },
  {
    code: ["    # … the tape goes on through h and z1"],
    words: "… then through the hidden units to their weights: factor times factor.",
    sums: (s) => [
      ...s.dz1.map((d, j) => `∂loss/∂z1[${j}] = ${n(s.dPrediction)} × W2[${j}] × slope = ${n(s.dPrediction)} × ${n(s.W2[j])} × ${n(s.slope[j])} = ${short(d)}`),
      ...s.dW1.flatMap((row, i) => row.map((d, j) => `∂loss/∂W1[${i}, ${j}] = ${n(s.dz1[j])} × ${n(s.x[i])} = ${short(d)}`)),
      ...s.db1.map((d, j) => `∂loss/∂b1[${j}] = ${n(s.dz1[j])} × 1 = ${short(d)}`),
    ],
    lit: ["dz1", "dW1"],
  },
  {
    code: [
      "for weight, gradient in zip([W1, b1, W2, b2], gradients):",
      "    weight.assign_sub(rate * gradient)",
    ],
    words: "Each weight goes a little way against its gradient: downhill.",
    sums: (s) => [
      ...s.after.W1.flatMap((row, i) => row.map((w, j) => update(`W1[${i}, ${j}]`, s.W1[i][j], s.rate, s.dW1[i][j], w))),
      ...s.after.b1.map((b, j) => update(`b1[${j}]`, s.b1[j], s.rate, s.db1[j], b)),
      ...s.after.W2.map((w, j) => update(`W2[${j}]`, s.W2[j], s.rate, s.dW2[j], w)),
      update("b2", s.b2, s.rate, s.db2, s.after.b2),
    ],
    lit: ["after"],
  },
];

const n = (value) => (value < 0 ? `(${short(value)})` : short(value));
const update = (name, before, rate, gradient, after) =>
  `${name} = ${n(before)} − ${n(rate)} × ${n(gradient)} = ${short(after)}`;

function stepView() {
  const settings = { rate: 0.1, activation: "relu" };
  let weights = firstWeights();
  let number = 0;
  let line = 0;
  let losses = [];
  const now = () =>
    gradientStep(weights, EXAMPLES[number % EXAMPLES.length], settings.rate, settings.activation);

  const code = element("ol", { class: "code", "aria-label": "The code of one step" });
  const words = element("p", { class: "verdict", "aria-live": "polite" });
  const sums = element("ol", { class: "calculations" });
  const net = element("div");
  const past = element("div");

  function show() {
    const s = now();
    const current = STEP_LINES[line];
    code.replaceChildren(
      ...STEP_LINES.map((each, i) =>
        element(
          "li",
          i === line ? { "aria-current": "step" } : {},
          (typeof each.code === "function" ? each.code(settings.activation) : each.code).join("\n"),
        ),
      ),
    );
    words.textContent = current.words;
    sums.replaceChildren(...current.sums(s, settings.activation).map((text) => element("li", {}, text)));
    net.replaceChildren(stepDrawing(s, line, current.lit));
    const example = number % EXAMPLES.length;
    title.textContent = `Step ${number + 1}, example ${example + 1} of ${EXAMPLES.length}: x = [${s.x.map((v) => short(v, 1)).join(", ")}], y = ${short(s.y, 1)}`;
    past.replaceChildren(
      ...(losses.length > 1
        ? [lineChart(losses.map((_, i) => i + 1), [losses], { xText: (x) => `step ${x}`, yText: (v) => short(v, 2), label: "The loss of each step" })]
        : [element("p", { class: "quiet" }, "The losses of your steps will stand here.")]),
    );
  }
  function finishStep() {
    const s = now();
    losses = [...losses, s.loss].slice(-400);
    weights = s.after;
    number += 1;
    line = 0;
  }
  function reset() {
    weights = firstWeights();
    number = line = 0;
    losses = [];
    show();
  }
  const title = element("h3", {});
  const act = (change) => () => {
    change();
    show();
  };
  const nextLine = () => {
    if (line === STEP_LINES.length - 1) finishStep();
    else line += 1;
  };
  show();
  // For tests: the numbers of the step that is shown.
  window.kerasMlp.step = { now, run: act(finishStep), reset, settings };
  return element(
    "div",
    {},
    section(
      "One step of training",
      "A network of two inputs, three hidden units and one output learns one example. Every " +
        "number of the step is here. “Next line” goes through the code; the step after it " +
        "takes the next example, with the weights that came out.",
      element(
        "p",
        { class: "buttons" },
        button("Next line", act(nextLine), { class: "primary" }),
        button("Line before", act(() => { line = Math.max(0, line - 1); })),
        button("Run the step", act(finishStep)),
        button("100 steps", act(() => { for (let i = 0; i < 100; i += 1) finishStep(); })),
        button("From the beginning", reset),
      ),
      element(
        "div",
        { class: "row" },
        choice("Activation", Object.keys(DERIVATIVES).map((name) => [name, name]), "relu", (name) => {
          settings.activation = name;
          reset();
        }),
        slider("Learning rate", {
          min: 0, max: 0.5, step: 0.01, value: 0.1,
          oninput: (value) => { settings.rate = value; show(); },
        }),
      ),
      title,
      element("div", { class: "halves drawing-first" }, element("div", {}, code, words, sums), element("div", {}, net, past)),
    ),
  );
}

// The network with its numbers; what the line is about is drawn strongly.
// Where the number stands on each line from an input: so that none covers another.
const LABELS = [
  [0.5, 0.55, 0.3],
  [0.3, 0.55, 0.5],
];

function stepDrawing(s, line, lit) {
  const backward = line >= 4;
  const isLit = (name) => (lit.includes(name) ? "lit" : "");
  const [inputX, hiddenX, outputX] = [50, 240, 420];
  const inputY = [105, 235];
  const hiddenY = [65, 175, 285];
  // All lines lie below all numbers.
  const lines = [];
  const parts = [];
  const edge = (x1, y1, x2, y2, weight, share, className) => {
    lines.push(
      drawing("line", { x1, y1, x2, y2, class: `edge ${weight < 0 ? "below" : ""} ${className}`, "stroke-width": 1 + 3 * Math.min(1, Math.abs(weight)) }),
    );
    parts.push(
      drawing("text", { x: x1 + (x2 - x1) * share, y: y1 + (y2 - y1) * share - 4, class: `weight ${className}`, "text-anchor": "middle" }, short(weight, 2)),
    );
  };
  const node = (x, y, name, texts, className) => {
    parts.push(
      drawing("circle", { cx: x, cy: y, r: 33, class: `node ${className}` }),
      drawing("text", { x, y: y - 12, class: "name", "text-anchor": "middle" }, name),
      ...texts.map((text, i) => drawing("text", { x, y: y + 4 + 14 * i, "text-anchor": "middle" }, text)),
    );
  };
  const bias = (x, y, value) =>
    parts.push(drawing("text", { x, y: y - 38, "text-anchor": "middle", class: "weight" }, `bias ${short(value, 2)}`));
  const now = line === 6 ? s.after : s;
  const [edges1, edges2] = backward && line < 6 ? [s.dW1, s.dW2] : [now.W1, now.W2];
  const lit1 = isLit(backward ? (line === 6 ? "after" : "dW1") : "W1");
  const lit2 = isLit(backward ? (line === 6 ? "after" : "dW2") : "W2");
  inputY.forEach((y, i) => hiddenY.forEach((to, j) => edge(inputX + 33, y, hiddenX - 33, to, edges1[i][j], LABELS[i][j], lit1)));
  hiddenY.forEach((y, j) => edge(hiddenX + 33, y, outputX - 33, 175, edges2[j], 0.45, lit2));
  inputY.forEach((y, i) => node(inputX, y, `x[${i}]`, [short(s.x[i], 2)], isLit("x")));
  hiddenY.forEach((y, j) =>
    node(hiddenX, y, `h[${j}]`,
      backward ? [`∂ ${short(s.dz1[j], 2)}`] : [`z ${short(s.z1[j], 2)}`, ...(line > 0 ? [`h ${short(s.h[j], 2)}`] : [])],
      isLit(backward ? "dz1" : "z1") || isLit("h")),
  );
  if (!backward) {
    hiddenY.forEach((y, j) => bias(hiddenX, y, s.b1[j]));
    bias(outputX, 175, s.b2);
  }
  node(outputX, 175, "output", backward ? [`∂ ${short(s.dPrediction, 2)}`] : line >= 2 ? [short(s.prediction, 2)] : [], isLit("prediction") || isLit("dPrediction"));
  if (line >= 3) parts.push(drawing("text", { x: outputX, y: 235, class: isLit("loss"), "text-anchor": "middle" }, `loss ${short(s.loss)}`));
  const what = line === 6 ? "the weights after the step" : backward ? "gradients: how the loss changes with each weight" : "the weights";
  return element(
    "figure",
    {},
    drawing("svg", { viewBox: "0 0 470 340", class: "network", role: "img", "aria-label": `The network; on its lines ${what}` }, ...lines, ...parts),
    element("figcaption", {}, `On the lines: ${what}. Orange is below 0.`),
  );
}
