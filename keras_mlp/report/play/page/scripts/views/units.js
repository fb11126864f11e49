// The layers as lit squares, and what can be said of one unit.

function layersPanel(onchange) {
  const layers = denseLayers();
  const hidden = layers.slice(0, -1);
  const whole = element("div", { class: "layers" });
  const detail = element("div", { class: "detail", role: "region", "aria-label": "The chosen unit" });
  let inputs = [];
  let results = [];
  let chosen = null; // Until one is chosen, the one that sends on most.


  const name = (number) =>
    number === layers.length - 1 ? "Output layer" : `Hidden layer ${number + 1}`;
  const unitName = (number, unit) =>
    number === layers.length - 1 && page.answer.names.length === layers[number].units
      ? page.answer.names[unit]
      : `unit ${unit}`;

  const grids = layers.map(({ units }, number) => {
    const grid = element("div", {
      class: "units",
      role: "group",
      "aria-label": `${name(number)}, ${units} units. Arrow keys move between them.`,
    });
    for (let unit = 0; unit < units; unit += 1)
      grid.append(button("", () => choose(number, unit), { tabindex: unit ? -1 : 0 }));
    grid.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -perRow(), ArrowDown: perRow() }[event.key];
      if (!step) return;
      event.preventDefault();
      const now = [...grid.children].indexOf(document.activeElement);
      const next = Math.min(units - 1, Math.max(0, now + step));
      grid.children[now].tabIndex = -1;
      grid.children[next].tabIndex = 0;
      grid.children[next].focus();
    });
    const perRow = () => getComputedStyle(grid).gridTemplateColumns.split(" ").length;
    whole.append(
      element("h3", {}, `${name(number)} `, element("small", {}, layerText(layers[number]))),
      grid,
    );
    return grid;
  });
  whole.append(detail);

  function choose(number, unit) {
    chosen = { number, unit };
    light();
    explain();
  }

  function mostActive() {
    const values = Array.from(results[layers[0].shown], Math.abs);
    return { number: 0, unit: indexOfLargest(values) };
  }

  function light() {
    const now = chosen ?? mostActive();
    layers.forEach(({ shown }, number) => {
      const values = results[shown];
      const most = Math.max(...Array.from(values, Math.abs), 1e-12);
      const off = network.switchedOff.get(shown);
      [...grids[number].children].forEach((square, unit) => {
        square.style.setProperty("--strength", Math.abs(values[unit]) / most);
        square.classList.toggle("below", values[unit] < 0);
        square.classList.toggle("off", off?.has(unit) ?? false);
        const isChosen = now.number === number && now.unit === unit;
        square.setAttribute("aria-pressed", isChosen);
      });
    });
  }

  function explain() {
    const { number, unit } = chosen ?? mostActive();
    layers.forEach((layer, i) =>
      [...grids[i].children].forEach((square, j) =>
        square.setAttribute("aria-label", `${unitName(i, j)}: ${short(results[layer.shown][j])}`),
      ),
    );
    const { operation, shown, units } = layers[number];
    const [kernelPlace, biasPlace] = operation.arrays;
    const kernel = network.current[kernelPlace];
    const bias = biasPlace === undefined ? 0 : network.current[biasPlace][unit];
    const source = operation.inputs[0];
    const reached = source < 0 ? inputs : results[source];
    const weights = Float64Array.from(reached, (_, i) => kernel[i * units + unit]);
    const parts = weights.map((weight, i) => weight * reached[i]);
    const sum = parts.reduce((a, b) => a + b, 0);
    const isImage = reached.length === sizeOf(page.image.shape);
    const [height, width] = isImage
      ? page.image.shape
      : [Math.ceil(reached.length / 16), Math.min(16, reached.length)];
    const weightsPicture = picture("Its weights: blue above 0, orange below");
    const partsPicture = picture("Weight times what reached it");
    const flat = (values) =>
      isImage && page.image.shape[2] > 1
        ? Array.from({ length: height * width }, (_, i) => values[i * page.image.shape[2]])
        : values;
    paint(weightsPicture, padded(flat(weights), height * width), height, width, { signed: true });
    paint(partsPicture, padded(flat(parts), height * width), height, width, { signed: true });
    const before = layers.findIndex((layer) => layer.shown === source);
    const from = (i) => (before < 0 ? inputName(i, isImage) : unitName(before, i));
    const off = network.switchedOff.get(shown)?.has(unit) ?? false;
    detail.replaceChildren(
      element("h3", {}, `${name(number)}, ${unitName(number, unit)}`),
      element(
        "div",
        { class: "columns" },
        element("figure", {}, weightsPicture, element("figcaption", {}, "Its weights. Blue is above 0, orange below.")),
        element("figure", {}, partsPicture, element("figcaption", {}, "What reached it: weight × input.")),
        element(
          "div",
          {},
          element(
            "p",
            { class: "sum" },
            `Sum of weight × input: ${short(sum)}`,
            element("br"),
            `plus its bias ${short(bias)}: ${short(sum + bias)}`,
            element("br"),
            `${afterText(layers[number])}: `,
            element("strong", {}, short(results[shown][unit])),
          ),
          number < layers.length - 1 &&
            button(off ? "Switch it on again" : "Switch it off", () => {
              toggleUnit(shown, unit);
              onchange();
            }),
        ),
        strongest("What reached it most", parts, from),
        number < layers.length - 1 ? sentOn(number, unit) : "",
      ),
    );
  }

  // What this unit gives to those that take it: its value times their weights.
  function sentOn(number, unit) {
    const next = layers.findIndex((layer) => layer.operation.inputs[0] === layers[number].shown);
    if (next < 0) return "";
    const { operation, units } = layers[next];
    const kernel = network.current[operation.arrays[0]];
    const value = results[layers[number].shown][unit];
    const parts = Float64Array.from({ length: units }, (_, j) => value * kernel[unit * units + j]);
    return strongest(`What it sends to ${name(next).toLowerCase()}`, parts, (j) => unitName(next, j));
  }

  return {
    whole,
    hidden,
    light(nextInputs, nextResults) {
      inputs = nextInputs;
      results = nextResults;
      if (layers.length) light();
    },
    explain() {
      if (layers.length) explain();
    },
  };
}

function inputName(i, isImage) {
  if (!isImage) return `input ${i}`;
  const [, width, depth] = page.image.shape;
  const pixel = Math.floor(i / depth);
  return `row ${Math.floor(pixel / width) + 1}, column ${(pixel % width) + 1}`;
}

const padded = (values, size) => Float64Array.from({ length: size }, (_, i) => values[i] ?? 0);

function strongest(title, parts, nameOf, count = 6) {
  const order = Array.from(parts.keys())
    .filter((i) => parts[i] !== 0)
    .sort((a, b) => Math.abs(parts[b]) - Math.abs(parts[a]))
    .slice(0, count);
  const list = element("ol", { class: "bars" });
  bars(list, order.map(nameOf), order.map((i) => parts[i]));
  return element(
    "div",
    {},
    element("h4", {}, title),
    order.length ? list : element("p", { class: "quiet" }, "Nothing: all of it is 0."),
  );
}

function layerText({ operation, units, shown }) {
  const activation = network.operations[shown].activation ?? operation.activation;
  return `${units} units${activation && activation !== "linear" ? `, ${activation}` : ""}`;
}

function afterText({ operation, shown }) {
  const last = network.operations[shown];
  const activation = last.activation ?? operation.activation;
  if (last === operation && activation === "linear") return "It sends on";
  return last === operation ? `After ${activation} it sends on` : "After normalization and activation it sends on";
}

function toggleUnit(place, unit) {
  const off = network.switchedOff.get(place) ?? new Set();
  if (!off.delete(unit)) off.add(unit);
  network.switchedOff.set(place, off);
}
