// How numbers become places and words on a chart.
/** An exponential average that starts at the first value, not at zero. */
export function smooth(values, weight) {
  let [sum, n] = [0, 0];
  return values.map(v => {
    if (v === null) {
      return null;
    }
    sum = sum * weight + (1 - weight) * v;
    n++;
    return sum / (1 - weight ** n);
  });
}

export function bounds(min, max) {
  if (min === null || max === null) {
    return [0, 1];
  }
  const air = (max - min || Math.abs(max) || 1) * 0.06;
  return [min - air, max + air];
}

export function short(v) {
  const size = Math.abs(v);
  if (size >= 1e6 || (size > 0 && size < 1e-3)) {
    return (+v.toPrecision(2)).toExponential().replace("e+", "e");
  }
  return size >= 1e4 ? `${+(v / 1000).toFixed(1)}k` : String(+v.toFixed(4));
}

export function span(s) {
  if (s !== 0 && Math.abs(s) < 2) return `${+(s * 1000).toFixed(1)}ms`;
  if (s < 120) return `${+s.toFixed(1)}s`;
  return s < 7200 ? `${+(s / 60).toFixed(1)}m` : `${+(s / 3600).toFixed(1)}h`;
}

/** The bounds of what is seen without its smallest and largest twentieth. */
export function inner(values) {
  const sorted = values.filter(v => v != null).sort((a, b) => a - b);
  if (sorted.length < 20) {
    return bounds(sorted[0] ?? null, sorted.at(-1) ?? null);
  }
  const at = share => sorted[Math.round(share * (sorted.length - 1))];
  return bounds(at(0.05), at(0.95));
}
