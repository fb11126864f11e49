// The view "Boundary": a perceptron on points of the plane, trained while one looks.

const GRID = 50;
const REACH = 1.5; // The plane is shown from -REACH to REACH.

function boundaryView() {
  const state = {
    points: "circles",
    noise: 0.1,
    hidden: [6, 4],
    options: { activation: "tanh", dropout: 0, normalization: null, residual: false, gate: null },
    training: { optimizer: "adam", rate: 0.03, l2: 0 },
    batch: 32,
  };
  let seed = 1;
  let data;
  let test;
  let net;
  let epochs = 0;
  let losses = [];
  let running = false;
  let order = randomNumbers(7);

  const field = element("canvas", { class: "plane", width: 300, height: 300, role: "img" });
  const units = element("div", { class: "unit-planes" });
  const tally = element("p", { class: "verdict", "aria-live": "off" });
  const past = element("div");
  const code = element("textarea", { class: "listing", readonly: true, rows: 14, "aria-label": "The Keras code", hidden: true, spellcheck: "false" });
  const grid = matrix(GRID * GRID, 2);
  for (let i = 0; i < GRID * GRID; i += 1)
    grid.data.set([at(i % GRID), -at(Math.floor(i / GRID))], 2 * i);
  function at(i) {
    return REACH * ((2 * (i + 0.5)) / GRID - 1);
  }

  function begin() {
    data = makePoints(state.points, state.noise, 11);
    test = makePoints(state.points, state.noise, 12, 100);
    net = new Perceptron(2, [...state.hidden, 1], state.options, randomNumbers(seed));
    epochs = 0;
    losses = [];
    order = randomNumbers(7);
    show();
  }

  function trainEpoch() {
    const places = shuffled(data.labels.keys(), order);
    let loss = 0;
    for (let first = 0; first < places.length; first += state.batch) {
      const batch = places.slice(first, first + state.batch);
      const inputs = matrix(batch.length, 2);
      batch.forEach((place, i) => inputs.data.set(data.inputs.data.subarray(2 * place, 2 * place + 2), 2 * i));
      const labels = batch.map((place) => data.labels[place]);
      loss += (net.trainStep(inputs, labels, state.training) * batch.length) / places.length;
    }
    epochs += 1;
    losses = [...losses, loss].slice(-1000);
  }

  function accuracy({ inputs, labels }) {
    const outputs = net.results(inputs).at(-1).data;
    return labels.filter((label, i) => outputs[i] > 0 === (label === 1)).length / labels.length;
  }

  function show() {
    const results = net.results(grid);
    const probabilities = results.at(-1).data.map(sigmoid);
    drawPlane(field, probabilities, data);
    const shares = [accuracy(data), accuracy(test)];
    tally.textContent =
      `After ${epochs} ${epochs === 1 ? "epoch" : "epochs"}: ` +
      (losses.length ? `loss ${short(losses.at(-1))}, ` : "") +
      `right ${percent(shares[0])} of the training points, ${percent(shares[1])} of 100 others.`;
    field.setAttribute("aria-label", `The plane with ${POINTS} points of two classes and the boundary between them. ${tally.textContent}`);
    drawUnits(results.slice(0, -1));
    past.replaceChildren(
      ...(losses.length > 1
        ? [lineChart(losses.map((_, i) => epochs - losses.length + i + 1), [losses], { xText: (x) => `epoch ${x}`, yText: (v) => short(v, 2), label: "The loss of each epoch" })]
        : []),
    );
  }

  function drawUnits(results) {
    const wanted = results.map(({ columns }) => columns);
    if (units.dataset.shape !== String(wanted)) {
      units.dataset.shape = String(wanted);
      units.replaceChildren(
        ...wanted.map((count, layer) =>
          element(
            "div",
            {},
            element("h4", {}, `Hidden layer ${layer + 1}`),
            element("div", { class: "planes" }, Array.from({ length: count }, (_, unit) => picture(`Unit ${unit} of hidden layer ${layer + 1}`, "unit-plane"))),
          ),
        ),
      );
    }
    results.forEach(({ data: values, columns }, layer) =>
      [...units.children[layer].querySelectorAll("canvas")].forEach((canvas, unit) =>
        paint(canvas, Float64Array.from({ length: GRID * GRID }, (_, i) => values[i * columns + unit]), GRID, GRID, { signed: true }),
      ),
    );
  }

  function tick() {
    if (!running || !field.isConnected || field.closest("[hidden]")) {
      stop();
      return;
    }
    const until = performance.now() + 12;
    do trainEpoch();
    while (performance.now() < until);
    show();
    requestAnimationFrame(tick);
  }
  function stop() {
    running = false;
    start.textContent = "Train";
  }
  const start = button("Train", () => {
    running = !running;
    start.textContent = running ? "Stop" : "Train";
    if (running) requestAnimationFrame(tick);
  }, { class: "primary" });

  // What the code says is what is set.
  const changed = () => {
    if (!code.hidden) code.value = kerasCode(state);
  };
  const restart = (change) => (value) => {
    change(value);
    changed();
    begin();
  };
  const option = (label, name, values) =>
    choice(label, values.map((value) => [String(value), value === null || value === false ? "none" : String(value)]), String(state.options[name]),
      restart((text) => {
        state.options = { ...state.options, [name]: values.find((value) => String(value) === text) };
      }));
  const widths = element("input", { type: "text", inputmode: "numeric", size: 10, "aria-describedby": "widths-help" });
  widths.value = state.hidden.join(", ");
  widths.addEventListener("change", () => {
    const numbers = widths.value.split(/[ ,]+/).filter(Boolean).map(Number);
    const right = numbers.length <= 6 && numbers.every((x) => Number.isInteger(x) && x > 0 && x <= 32);
    widths.setCustomValidity(right ? "" : "Up to six whole numbers from 1 to 32, such as 6, 4");
    widths.reportValidity();
    if (right) restart(() => { state.hidden = numbers; })();
  });
  const controls = element(
    "div",
    { class: "controls" },
    choice("Points", Object.keys(POINT_SETS).map((name) => [name, name]), state.points, restart((name) => { state.points = name; })),
    slider("Their noise", { min: 0, max: 0.5, step: 0.01, value: state.noise, oninput: restart((value) => { state.noise = value; }) }),
    element("label", { class: "choice" }, element("span", { id: "widths-help" }, "Hidden units, one number a layer"), widths),
    option("activation", "activation", Object.keys(SLOPES)),
    option("normalization", "normalization", [null, "batch", "layer", "rms"]),
    option("gate", "gate", [null, "glu", "swiglu", "geglu"]),
    option("residual", "residual", [false, true, "project"]),
    slider("dropout", { min: 0, max: 0.8, step: 0.05, value: 0, oninput: restart((value) => { state.options = { ...state.options, dropout: value }; }) }),
    choice("optimizer", [["adam", "Adam"], ["sgd", "SGD"]], "adam", restart((name) => { state.training.optimizer = name; })),
    choice("learning rate", ["0.001", "0.003", "0.01", "0.03", "0.1", "0.3"].map((x) => [x, x]), "0.03", (text) => { state.training.rate = Number(text); changed(); }),
    choice("kernel_regularizer, L2", ["0", "0.0001", "0.001", "0.01"].map((x) => [x, x]), "0", (text) => { state.training.l2 = Number(text); changed(); }),
    choice("batch size", ["8", "32", "200"].map((x) => [x, x]), "32", (text) => { state.batch = Number(text); changed(); }),
  );
  begin();
  redraws.add(show);
  window.kerasMlp.boundary = { Perceptron, makePoints, matrix, randomNumbers, kerasCode, state };
  return element(
    "div",
    {},
    section(
      "A boundary in the plane",
      "A network of two inputs divides the plane between two classes. The controls are options " +
        "of keras_mlp.layers.MLP and of compile; it is trained in this page. Below: what each hidden unit makes of the plane.",
      element(
        "p",
        { class: "buttons" },
        start,
        button("One epoch", () => { trainEpoch(); show(); }),
        button("From the beginning", begin),
        button("Other first weights", () => { seed += 1; begin(); }),
        button("Keras code", () => { code.hidden = !code.hidden; changed(); }),
      ),
      code,
      element("div", { class: "halves" }, element("div", {}, field, tally, past), controls),
    ),
    section("Each unit", "Blue is above 0, orange below; where it is pale, the unit gives nearly 0.", units),
  );
}

// The probability as colour, the boundary as a line, the points as dots and squares.
function drawPlane(canvas, probabilities, { inputs, labels }) {
  const size = canvas.width;
  const cell = document.createElement("canvas");
  paint(cell, probabilities.map((p) => 2 * p - 1), GRID, GRID, { signed: true, largest: 1.6 });
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, size, size);
  context.drawImage(cell, 0, 0, size, size);
  const step = size / GRID;
  context.strokeStyle = colour("ink");
  context.lineWidth = 1.5;
  context.beginPath();
  // Through each square of four grid points, from side to side where it crosses one half.
  const corners = [[0, 0], [1, 0], [1, 1], [0, 1]];
  for (let y = 0; y + 1 < GRID; y += 1)
    for (let x = 0; x + 1 < GRID; x += 1) {
      const values = corners.map(([dx, dy]) => probabilities[(y + dy) * GRID + x + dx] - 0.5);
      const crossings = corners.flatMap(([dx, dy], i) => {
        const next = (i + 1) % 4;
        if (values[i] > 0 === values[next] > 0) return [];
        const share = values[i] / (values[i] - values[next]);
        const [nextX, nextY] = corners[next];
        return [[x + 0.5 + dx + share * (nextX - dx), y + 0.5 + dy + share * (nextY - dy)]];
      });
      crossings.forEach(([cx, cy], i) =>
        i % 2 ? context.lineTo(cx * step, cy * step) : context.moveTo(cx * step, cy * step),
      );
    }
  context.stroke();
  labels.forEach((label, i) => {
    const x = ((inputs.data[2 * i] / REACH + 1) / 2) * size;
    const y = ((1 - inputs.data[2 * i + 1] / REACH) / 2) * size;
    context.fillStyle = colour(label ? "above" : "below");
    context.strokeStyle = colour("paper");
    context.lineWidth = 1;
    context.beginPath();
    if (label) context.arc(x, y, 4, 0, 2 * Math.PI);
    else context.rect(x - 3.5, y - 3.5, 7, 7);
    context.fill();
    context.stroke();
  });
}
