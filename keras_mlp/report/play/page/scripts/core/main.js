// Puts the page together.

async function begin() {
  network.arrays = await unpackedWeights(page.weights);
  network.current = network.arrays;
  const { bits } = page.weights;
  if (bits < 24) {
    const far = bits < 16 ? ", so that answers differ a little from the model's" : "";
    document.getElementById("about").append(` Weights are rounded to ${bits} bits${far}.`);
  }
  const images = {};
  for (const [part, packed] of Object.entries(page.images ?? {}))
    images[part] = await unpackedImages(packed);
  for (const [i, image] of (images.test ?? []).entries()) {
    image.answer = page.images.test.answers?.[i];
    image.mistake = image.answer !== undefined && image.answer !== image.label;
    image.sample = page.images.test.sample?.[i] ?? true;
  }
  const views = [];
  if (page.kind === "images") views.push(["Draw", () => drawView(images)]);
  if (page.kind === "autoencoder") views.push(["Code", () => codeView(images)]);
  if (page.kind === "table") views.push(["Form", () => formView()]);
  views.push(["Step", () => stepView()], ["Boundary", () => boundaryView()]);
  showTabs(views);
}

function showTabs(views) {
  const panels = document.getElementById("panels");
  const list = document.getElementById("tabs");
  const tabs = views.map(([name, make], number) => {
    const id = name.toLowerCase();
    const panel = element("div", {
      role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}`, hidden: true,
    });
    panels.append(panel);
    const tab = button(name, () => show(number), {
      role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`,
    });
    list.append(tab);
    return { tab, panel, make };
  });
  let shown = -1;
  function show(number) {
    if (number === shown) return;
    shown = number;
    tabs.forEach(({ tab, panel, make }, i) => {
      tab.setAttribute("aria-selected", i === number);
      tab.tabIndex = i === number ? 0 : -1;
      panel.hidden = i !== number;
      // Made when it is first looked at: the page opens at once.
      if (i === number && !panel.children.length) panel.append(make());
    });
  }
  list.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const next = (shown + step + tabs.length) % tabs.length;
    show(next);
    tabs[next].tab.focus();
  });
  const asked = tabs.findIndex(({ tab }) => `#${tab.textContent.toLowerCase()}` === location.hash);
  show(Math.max(asked, 0));
}

// For tests and the curious: `predict` takes an example as the data have it (784 numbers
// from 0 to 255, a row of a table as an object or in the order of its columns) and returns the model's outputs.
window.kerasMlp = {
  predict: (values) => Array.from(outputsOf(inputsOf(values), { whole: true })),
  probabilities: (values) => answerOf(outputsOf(inputsOf(values), { whole: true })),
  drawnImage: (strokes) => Array.from(drawnImage(strokes, ...page.image.shape)),
  page,
};
window.kerasMlp.ready = begin();

function inputsOf(values) {
  if (page.image) return imageInputs(values);
  if (typeof values === "object" && !Array.isArray(values)) return encodedRow(values);
  const numbers = [values].flat();
  return encodedRow(Object.fromEntries(page.columns.map(({ name }, i) => [name, numbers[i]])));
}
