// Parts that the page is put together from.

// Returns an element: `element("p", { class: "quiet" }, "text", anotherElement)`.
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat());
  return made;
}

function drawing(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.flat());
  return made;
}

const button = (text, onclick, attributes = {}) =>
  element("button", { type: "button", onclick, ...attributes }, text);

const short = (value, digits = 3) => {
  if (!Number.isFinite(value)) return String(value);
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5))
    return value.toExponential(digits - 1).replace("-", "−").replace("e−", "e-");
  return value.toFixed(Math.abs(value) >= 100 ? 1 : digits).replace("-", "−");
};

const percent = (share) => {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return "< 0.1 %";
  return `${value.toFixed(value < 99.95 && value > 0 ? 1 : 0)} %`;
};

// Colours of the theme: what is above and below 0, and what is drawn with.
const colour = (name) => getComputedStyle(document.body).getPropertyValue(`--${name}`).trim();

function channels(hex) {
  return [1, 3, 5].map((place) => parseInt(hex.slice(place, place + 2), 16));
}

// Pictures are drawn anew where the theme changes.
const redraws = new Set();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
  redraws.forEach((redraw) => redraw()),
);

// Paints numbers as pixels: blue above 0, orange below, or as ink from 0 to 1.
function paint(canvas, values, height, width, { signed = false, largest } = {}) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const most = largest ?? Math.max(...Array.from(values, Math.abs), 1e-12);
  const above = channels(colour("above"));
  const below = channels(colour("below"));
  const ink = channels(colour("ink"));
  for (let i = 0; i < height * width; i += 1) {
    const hue = signed ? (values[i] < 0 ? below : above) : ink;
    const strength = Math.min(Math.abs(values[i]) / most, 1);
    image.data.set([...hue, 255 * (signed ? strength : Math.max(values[i], 0) / most)], 4 * i);
  }
  context.putImageData(image, 0, 0);
}

// A picture of an image of the data: grey values, or colours.
function paintImage(canvas, pixels) {
  const [height, width, depth] = page.image.shape;
  if (depth !== 3) {
    const first = Array.from({ length: height * width }, (_, i) => pixels[i * depth]);
    paint(canvas, first, height, width, { largest: 255 });
    return;
  }
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let i = 0; i < height * width; i += 1)
    image.data.set([...pixels.subarray(3 * i, 3 * i + 3), 255], 4 * i);
  context.putImageData(image, 0, 0);
}

function picture(label, className = "pixels") {
  return element("canvas", { class: className, role: "img", "aria-label": label });
}

// Bars for values, with names and figures: a list that is read out as text, too.
function bars(parent, names, values, { text = short, marked = -1, largest } = {}) {
  const most = largest ?? Math.max(...values.map(Math.abs), 1e-12);
  if (parent.children.length !== names.length)
    parent.replaceChildren(
      ...names.map(() =>
        element(
          "li",
          {},
          element("span", { class: "name" }),
          element("span", { class: "track" }, element("span", { class: "bar" })),
          element("span", { class: "figure" }),
        ),
      ),
    );
  names.forEach((name, i) => {
    const row = parent.children[i];
    row.classList.toggle("marked", i === marked);
    row.children[0].textContent = name;
    const bar = row.children[1].firstChild;
    bar.style.width = `${Math.min(100, (100 * Math.abs(values[i])) / most)}%`;
    bar.classList.toggle("below", values[i] < 0);
    row.children[2].textContent = text(values[i]);
  });
}

// A slider with its label and its value.
function slider(label, { min, max, step, value, text = (x) => short(x, 2), oninput }) {
  // No `output`: the label would name it, and not the slider.
  const output = element("span", { class: "value" }, text(value));
  const input = element("input", { type: "range", min, max, step });
  input.value = value;
  input.addEventListener("input", () => {
    output.textContent = text(Number(input.value));
    oninput(Number(input.value));
  });
  const whole = element("label", { class: "slider" }, element("span", {}, label), output, input);
  whole.set = (next) => {
    input.value = next;
    output.textContent = text(Number(next));
  };
  return whole;
}

function choice(label, options, value, onchange) {
  const select = element(
    "select",
    { onchange: () => onchange(select.value) },
    options.map(([key, text]) => element("option", { value: key, selected: key === value }, text)),
  );
  const whole = element("label", { class: "choice" }, element("span", {}, label), select);
  whole.set = (next) => {
    select.value = next;
  };
  return whole;
}

const section = (title, text, ...children) =>
  element("section", {}, element("h2", {}, title), text && element("p", {}, text), ...children);
