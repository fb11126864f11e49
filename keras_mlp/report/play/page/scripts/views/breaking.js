// "Break it": noise on weights, units switched off, weights pruned, and what is left.

// Numbers in [0, 1) that are the same each time: the Mulberry32 generator.
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const normalNumber = (random) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function shuffled(values, random) {
  const order = Array.from(values);
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

// The kernels of the network, changed: pruned first, then noise on what is left.
function brokenArrays(noise, pruned) {
  const random = randomNumbers(1);
  const kernels = new Set(denseLayers().map(({ operation }) => operation.arrays[0]));
  return network.arrays.map((array, number) => {
    if (!kernels.has(number) || (!noise && !pruned)) return array;
    const sizes = Float64Array.from(array, Math.abs).sort();
    const least = pruned >= 1 ? Infinity : sizes[Math.floor(pruned * sizes.length)];
    const deviation = Math.sqrt(array.reduce((sum, w) => sum + w * w, 0) / array.length);
    return array.map((weight) => {
      if (pruned && Math.abs(weight) < least) return 0;
      return noise ? weight + noise * deviation * normalNumber(random) : weight;
    });
  });
}

function breakingSection(test, onchange, layers) {
  const sample = test.filter((image) => image.sample);
  const settings = { noise: 0, pruned: 0, off: 0 };
  const tally = element("p", { class: "verdict", "aria-live": "polite" });

  function count() {
    const right = sample.filter(
      ({ pixels, label }) => indexOfLargest(answerOf(outputsOf(imageInputs(pixels)))) === label,
    ).length;
    const whole = sample.filter((image) => !image.mistake).length;
    tally.replaceChildren(
      element("strong", {}, `${right} of ${sample.length}`),
      ` test images are read right; unbroken, ${whole}. Counted on the first images of the test, without regard to mistakes.`,
    );
  }

  function apply() {
    network.current = brokenArrays(settings.noise, settings.pruned);
    count();
    onchange();
  }

  function switchOff(share) {
    settings.off = share;
    for (const { shown, units } of layers.hidden) {
      const order = shuffled(Array(units).keys(), randomNumbers(2));
      network.switchedOff.set(shown, new Set(order.slice(0, Math.round(share * units))));
    }
    apply();
  }

  const sliders = [
    slider("Noise on the weights, in their deviations", {
      min: 0, max: 3, step: 0.05, value: 0,
      oninput: (value) => { settings.noise = value; apply(); },
    }),
    slider("Smallest weights set to 0", {
      min: 0, max: 1, step: 0.01, value: 0, text: percent,
      oninput: (value) => { settings.pruned = value; apply(); },
    }),
    slider("Hidden units switched off", {
      min: 0, max: 1, step: 0.01, value: 0, text: percent, oninput: switchOff,
    }),
  ];
  count();
  return section(
    "Break it",
    "How much can a network lose? All of this page then shows the broken one.",
    tally,
    ...sliders,
    element(
      "p",
      { class: "buttons" },
      button("Mend it", () => {
        Object.assign(settings, { noise: 0, pruned: 0, off: 0 });
        sliders.forEach((each) => each.set(0));
        network.switchedOff.clear();
        apply();
      }),
    ),
  );
}
