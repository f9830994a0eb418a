// Asks the hub for curves, and writes them as the charts take them.
// As every client of MLflow, this one is told infinities as the largest numbers.
const odd = v => v === "NaN" ? v : v === Number.MAX_VALUE ? "+∞" : v === -Number.MAX_VALUE ? "−∞" : null;

/** One metric of some runs; all its points between two steps where a screen can show them. */
export async function curves(runs, key, { first, last, max = 1000 } = {}) {
  const address = new URL("/curves", location.href);
  const asked = { runs, metric_key: key, max_points: max, ...(first !== undefined && { start_step: first, end_step: last }) };
  Object.entries(asked).forEach(([name, value]) => address.searchParams.set(name, value));
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    throw new Error(`The curves could not be read (${answer.status}).`);
  }
  return (await answer.json()).curves.map(curve => ({
    key,
    run: curve.run_id,
    total: curve.total,
    steps: curve.steps,
    times: curve.timestamps,
    values: curve.values.map(v => odd(v) ? null : v),
    odd: curve.values.map((v, at) => ({ at, is: odd(v) })).filter(o => o.is),
  }));
}
