// The view "Form": a row of a table, the answer, and how it changes along one column.

function formView() {
  const { columns, rows } = page;
  const { task, names, target } = page.answer;
  const row = { ...(rows[0]?.values ?? {}) };
  for (const column of columns) if (!(column.name in row)) row[column.name] = startOf(column);
  const verdict = element("p", { class: "verdict sticky", "aria-live": "polite" });
  const answer = element("ol", { class: "bars" });
  const along = element("div");
  let alongColumn = (columns.find(({ kind, boolean }) => kind === "number" && !boolean) ?? columns[0]).name;
  let loaded = rows.length ? rows[0] : null;

  function update() {
    const values = answerOf(outputsOf(encodedRow(row)));
    const truth = loaded === null ? "" : ` In the table it is ${said(loaded.truth)}.`;
    if (task === "classification") {
      const best = indexOfLargest(values);
      bars(answer, names, values, { text: percent, marked: best, largest: 1 });
      verdict.replaceChildren("The answer is ", element("strong", {}, names[best]), `, ${percent(values[best])}.${truth}`);
    } else
      verdict.replaceChildren(
        ...names.flatMap((name, i) => [`${name}: `, element("strong", {}, figure(values[i])), ". "]),
        truth,
      );
    const column = columns.find(({ name }) => name === alongColumn);
    along.replaceChildren(...alongOne(row, column));
  }
  const said = (truth) => (task === "classification" ? names[truth] : figure(truth));

  const fields = element("div", { class: "fields" });
  const showFields = () =>
    fields.replaceChildren(
      ...columns.map((column) =>
        field(column, row[column.name], (value) => {
          row[column.name] = value;
          loaded = null;
          update();
        }),
      ),
    );
  showFields();
  redraws.add(update);
  update();
  return element(
    "div",
    {},
    rows.length
      ? element(
          "section",
          { class: "plain" },
          choice(
            "Begin with a row of the test",
            rows.map((each, i) => [String(i), `row ${i + 1}: ${said(each.truth)}`]),
            "0",
            (i) => {
              loaded = rows[Number(i)];
              Object.assign(row, loaded.values);
              showFields();
              update();
            },
          ),
        )
      : "",
    verdict,
    element(
      "div",
      { class: "halves" },
      section(columns.length > 1 ? "The columns" : "The input", "", fields),
      element(
        "div",
        {},
        task === "classification" ? section(target ? `The answer: ${target}` : "The answer", "", answer) : "",
        section(
          columns.length > 1 ? "Along one column" : "Along the input",
          "How the answer changes where only this does. The dashed line marks where you are.",
          columns.length > 1
            ? choice("Column", columns.map(({ name }) => [name, name]), alongColumn, (name) => {
                alongColumn = name;
                update();
              })
            : "",
          along,
        ),
      ),
    ),
  );
}

const figure = (value) => (Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : short(value));

function startOf(column) {
  if (column.kind === "category") return column.vocabulary[0] ?? "";
  if (column.kind === "date") return column.last ?? "2000-01-01";
  return column.fill;
}

function limits({ minimum, maximum, fill }) {
  return minimum < maximum ? [minimum, maximum] : [fill - 1, fill + 1];
}

// The label, what sets the value, and a box for "missing" where that was seen in training.
function field(column, value, onchange) {
  const { name, kind, vocabulary } = column;
  if (kind === "category")
    return choice(
      name,
      [...vocabulary.map((word) => [word, word]), ["", "(missing)"], ["\u0000", "(another)"]],
      String(value ?? ""),
      onchange,
    );
  if (kind === "date") {
    const input = element("input", { type: column.has_times ? "datetime-local" : "date" });
    input.value = value ?? "";
    input.addEventListener("input", () => onchange(input.value));
    return element("label", { class: "choice" }, element("span", {}, name), input);
  }
  if (column.boolean)
    return choice(
      name,
      [["1", "yes"], ["0", "no"], ["", "(missing)"]],
      isMissing(value) ? "" : String(Number(value)),
      (text) => onchange(text === "" ? null : Number(text)),
    );
  const [min, max] = limits(column);
  const step = column.whole ? 1 : (max - min) / 200;
  const whole = slider(name, {
    min, max, step, text: (x) => (column.whole ? String(x) : short(x, 2)),
    value: isMissing(value) ? column.fill : value,
    oninput: (next) => {
      box.checked = false;
      onchange(next);
    },
  });
  const box = element("input", { type: "checkbox" });
  if (!column.indicator) return whole;
  box.checked = isMissing(value);
  box.addEventListener("change", () =>
    onchange(box.checked ? null : Number(whole.querySelector("input").value)),
  );
  return element("div", {}, whole, element("label", { class: "missing" }, box, `${name} is missing`));
}

const LINE_COLOURS = 6;

// A chart of the answer, for values of one column; of categories, a row of bars for each.
function alongOne(row, column) {
  const answerFor = (value) => answerOf(outputsOf(encodedRow({ ...row, [column.name]: value })));
  const { task, names } = page.answer;
  const classes = task === "classification";
  if (column.kind === "category" || column.boolean) {
    const words = column.boolean ? [["yes", 1], ["no", 0]] : column.vocabulary.slice(0, 20).map((w) => [w, w]);
    const answers = words.map(([, value]) => answerFor(value));
    const here = words.findIndex(([, value]) => value === row[column.name]);
    const best = indexOfLargest(answerOf(outputsOf(encodedRow(row))));
    const list = element("ol", { class: "bars" });
    bars(list, words.map(([word]) => word), answers.map((each) => each[classes ? best : 0]), {
      text: classes ? percent : figure, marked: here, largest: classes ? 1 : undefined,
    });
    return [element("p", { class: "quiet" }, classes ? `Probability of ${names[best]}` : names[0]), list];
  }
  const isDate = column.kind === "date";
  const [first, last] = isDate ? [column.first, column.last].map((d) => Date.parse(d)) : limits(column);
  const asValue = (x) => (isDate ? new Date(x).toISOString().slice(0, 10) : x);
  const xs = Array.from({ length: 101 }, (_, i) => first + ((last - first) * i) / 100);
  const answers = xs.map((x) => answerFor(asValue(x)));
  const order = names.map((_, i) => i).slice(0, LINE_COLOURS);
  const here = isDate ? Date.parse(row[column.name]) : row[column.name];
  return [
    lineChart(xs, order.map((i) => answers.map((each) => each[i])), {
      here: isMissing(here) ? undefined : here,
      range: classes ? [0, 1] : undefined,
      xText: isDate ? asValue : (x) => short(x, 1),
      yText: classes ? percent : figure,
      label: `${classes ? "Probabilities" : names[0]} along ${column.name}`,
    }),
    element(
      "ul",
      { class: "legend" },
      order.map((i) => element("li", {}, element("span", { class: `swatch line-${i}` }), names[i])),
    ),
  ];
}

function lineChart(xs, lines, { here, range, xText, yText, label }) {
  const [width, height, left, bottom] = [460, 240, 64, 28];
  let [low, high] = range ?? [Math.min(...lines.flat()), Math.max(...lines.flat())];
  if (high - low < 1e-9) [low, high] = [low - 1, high + 1];
  const x = (value) => left + ((width - left - 8) * (value - xs[0])) / (xs.at(-1) - xs[0]);
  const y = (value) => 8 + ((height - bottom - 8) * (high - value)) / (high - low);
  const text = (content, attributes) => drawing("text", attributes, content);
  const ticks = [low, (low + high) / 2, high].flatMap((value) => [
    drawing("line", { x1: left, x2: width - 8, y1: y(value), y2: y(value), class: "grid" }),
    text(yText(value), { x: left - 6, y: y(value) + 4, "text-anchor": "end" }),
  ]);
  return drawing(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img", "aria-label": label },
    ...ticks,
    text(xText(xs[0]), { x: left, y: height - 8 }),
    text(xText(xs.at(-1)), { x: width - 8, y: height - 8, "text-anchor": "end" }),
    ...(here === undefined
      ? []
      : [drawing("line", { x1: x(here), x2: x(here), y1: 8, y2: height - bottom, class: "here" })]),
    ...lines.map((line, i) =>
      drawing("polyline", {
        class: `line-${i}`,
        points: line.map((value, k) => `${x(xs[k]).toFixed(1)},${y(value).toFixed(1)}`).join(" "),
      }),
    ),
  );
}
