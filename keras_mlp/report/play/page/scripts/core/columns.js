// How the columns of a table become inputs: as `data.TabularPreprocessing` does it.

const isMissing = (value) => value === null || value === undefined || value === "" || Number.isNaN(value);

function scaledNumber(value, { scaling, center, inverse, points, outcomes }) {
  if (scaling === "quantile") {
    let i = 0;
    while (i < points.length - 2 && value > points[i + 1]) i += 1;
    if (points.length === 1 || value <= points[0]) return outcomes[0];
    const share = Math.min(1, (value - points[i]) / (points[i + 1] - points[i]));
    return outcomes[i] + share * (outcomes[i + 1] - outcomes[i]);
  }
  const scaled = (value - center) * inverse;
  // To between -3 and 3; small numbers stay almost as they are.
  return scaling === "robust" ? scaled / Math.sqrt(1 + (scaled / 3) ** 2) : scaled;
}

const MILLISECONDS_OF_A_DAY = 86_400_000;

function encodedDate(text, { center, inverse, has_times: hasTimes, indicator }) {
  const moment = isMissing(text) ? NaN : Date.parse(/[T ]/.test(text) ? `${text}Z` : text);
  const missing = Number.isNaN(moment);
  const days = Math.floor(moment / MILLISECONDS_OF_A_DAY);
  const onCircle = (part) => [Math.sin(2 * Math.PI * part), Math.cos(2 * Math.PI * part)];
  const modulo = (a, b) => ((a % b) + b) % b;
  const parts = [
    (days - center) * inverse,
    // 400 years have 146,097 days.
    ...onCircle(modulo(400 * days, 146_097) / 146_097),
    // 1970-01-01 was a Thursday; the week begins on Monday.
    ...Array.from({ length: 7 }, (_, day) => Number(modulo(days + 3, 7) === day)),
    ...(hasTimes ? onCircle(modulo(moment, MILLISECONDS_OF_A_DAY) / MILLISECONDS_OF_A_DAY) : []),
  ];
  return [...(missing ? parts.map(() => 0) : parts), ...(indicator ? [Number(missing)] : [])];
}

// The place of a category: 0 is missing, 1 is unknown, then the vocabulary.
function placeOfCategory(value, { vocabulary }) {
  if (isMissing(value)) return 0;
  return 2 + vocabulary.indexOf(String(value)) || 1;
}

// Returns the inputs of the network for a row: `{ name of a column: value }`.
function encodedRow(row) {
  const of = (...kinds) => page.columns.filter(({ kind }) => kinds.includes(kind));
  const numbers = of("number").map((column) => {
    const value = row[column.name];
    return { column, missing: isMissing(value), value: Number(value) };
  });
  const onePlace = (column) => {
    const ones = Array(column.vocabulary.length + 2).fill(0);
    ones[placeOfCategory(row[column.name], column)] = 1;
    return ones;
  };
  const embedded = (column) => {
    const table = network.arrays[column.embedding];
    const width = page.weights.shapes[column.embedding][1];
    const first = placeOfCategory(row[column.name], column) * width;
    return Array.from(table.subarray(first, first + width));
  };
  const categories = of("category");
  return Float64Array.from([
    ...numbers.map(({ column, missing, value }) => scaledNumber(missing ? column.fill : value, column)),
    ...numbers.filter(({ column }) => column.indicator).map(({ missing }) => Number(missing)),
    ...of("date").flatMap((column) => encodedDate(row[column.name], column)),
    ...categories.filter(({ embedding }) => embedding === undefined).flatMap(onePlace),
    ...categories.filter(({ embedding }) => embedding !== undefined).flatMap(embedded),
  ]);
}
