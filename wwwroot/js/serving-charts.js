// Requests, errors and latencies of a served model by version. The server sends the numbers; which versions are shown is chosen here.
import uPlot from "../lib/uplot/uPlot.esm.js";
import { appearance } from "./appearance.js";
import { short } from "./chart-scales.js";
import { number } from "./chart-export.js";

const FONT = '11px "Inter Variable", system-ui, sans-serif';
const MANY = 3;
// What each chart draws of a version, and how its line is dashed.
const LINES = {
  requests: [["requests", "", []]],
  errors: [["failed", "5xx", []], ["refused", "4xx", [5, 4]]],
  latency: [["p50", "p50", []], ["p95", "p95", [6, 4]], ["p99", "p99", [2, 3]]],
};

/** @param page is told whether this page is in sight */
export function mount(root, page) {
  if (!root) {
    // The reader was quicker: the page was left while this file was on its way.
    return { update() {}, dispose() {} };
  }

  const charts = new Map();
  const shown = new Map();
  const sync = `calls-${Math.random()}`;
  let data = null;
  const { colours, ...look } = appearance(root, () => charts.forEach(c => c.plot.redraw(false)), () => charts.forEach(c => c.plot.setSize(space(c.box))));
  const sight = () => page.invokeMethodAsync("SeenAsync", !document.hidden).catch(() => {});
  document.addEventListener("visibilitychange", sight);
  root.addEventListener("click", clicked);

  function update(next) {
    data = next;
    const busiest = [...next.versions].sort((a, b) => sum(b.requests) - sum(a.requests)).slice(0, MANY).map(v => v.number);
    for (const { number: version } of next.versions) {
      if (!shown.has(version)) {
        shown.set(version, busiest.includes(version));
      }
    }
    draw();
  }

  function draw() {
    for (const button of root.querySelectorAll("[data-version]")) {
      button.setAttribute("aria-pressed", String(shown.get(Number(button.dataset.version)) ?? false));
    }
    const versions = data.versions.filter(v => shown.get(v.number));
    for (const card of root.querySelectorAll("[data-calls]")) {
      const box = card.querySelector("[data-plot]");
      const lines = versions.flatMap(v => LINES[card.dataset.calls].map(([field, name, dash]) => ({ version: v.number, field, name, dash })));
      const values = [data.times, ...lines.map(l => versions.find(v => v.number === l.version)[l.field])];
      const key = lines.map(l => `${l.version}${l.field}`).join();
      let chart = charts.get(card.dataset.calls);
      if (!chart || chart.box !== box || chart.key !== key) {
        chart?.plot.destroy();
        const legend = card.querySelector("[data-legend]");
        chart = { box, key, lines, legend, words: chart?.words ?? legend.textContent };
        charts.set(card.dataset.calls, chart);
        chart.plot = new uPlot(options(chart, card.dataset.calls), values, box);
        look.watch(box);
      } else {
        chart.plot.setData(values);
      }
    }
  }

  function options(chart, kind) {
    const axis = { stroke: () => colours.of("--text-3"), font: FONT, ticks: { show: false }, grid: { stroke: () => colours.of("--line"), width: 1 }, border: { show: false } };
    return {
      ...space(chart.box),
      padding: [10, 26, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: sync, scales: ["x", null] }, drag: { x: false, y: false }, points: { size: 6 }, y: false },
      scales: {
        x: { time: true, range: () => [data.times[0], data.to] },
        // Latencies of a median and of the slowest are tenfolds apart.
        y: kind === "latency" ? { distr: 3, range: (u, min, max) => min > 0 ? [10 ** Math.floor(Math.log10(min)), 10 ** Math.ceil(Math.log10(max * 1.01))] : [1, 100] } : { range: (u, min, max) => [0, max > 0 ? max * 1.12 : 1] },
      },
      axes: [
        { ...axis, size: 26, gap: 6, space: 60, values: (u, at) => at.map(clock) },
        { ...axis, size: 46, gap: 6, space: 30, filter: (u, at) => at, values: (u, at) => labelled(at, kind === "latency").map(v => v === null ? "" : short(v)) },
      ],
      series: [{}, ...chart.lines.map(line => ({
        stroke: () => colours.of(`--c${line.version % 12}`),
        width: line.dash.length ? 1.25 : 1.75,
        dash: line.dash,
        // A step between others that nobody asked in is still seen.
        points: { show: (u, at) => kind === "latency" ? undefined : false, filter: (u, at) => alone(u.data[at]), size: 5, fill: () => colours.of(`--c${line.version % 12}`) },
      }))],
      hooks: { setCursor: [u => describe(chart, kind, u.cursor.idx)] },
    };
  }

  function describe(chart, kind, at) {
    const time = at == null ? null : data.times[at];
    if (time === null || time === undefined) {
      chart.legend.textContent = chart.words;
      return;
    }
    const told = chart.lines.map((line, i) => [line, chart.plot.data[i + 1][at]]).filter(([, value]) => value !== null)
      .map(([line, value]) => `v${line.version}${line.name ? ` ${line.name}` : ""} ${kind === "latency" ? `${number(Number(value.toPrecision(2)))} ms` : number(value)}`);
    chart.legend.textContent = `${new Date(time * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })} · ${told.length ? told.join(" · ") : "no answer"}`;
  }

  function clicked(event) {
    const button = event.target.closest("[data-version]");
    if (button && data) {
      const version = Number(button.dataset.version);
      shown.set(version, !shown.get(version));
      draw();
    }
  }

  function dispose() {
    document.removeEventListener("visibilitychange", sight);
    root.removeEventListener("click", clicked);
    look.stop();
    charts.forEach(c => c.plot.destroy());
    charts.clear();
  }

  return { update, dispose };
}

function space(box) {
  return { width: Math.max(80, box.clientWidth), height: Math.max(80, box.clientHeight) };
}

/** On a logarithmic scale every line of a tenfold is drawn; of more than a few, 1, 2 and 5 are named, of many tenfolds 1 alone. */
function labelled(at, isLog) {
  const named = at.length < 24 ? [1, 2, 5] : [1];
  return at.length < 8 || !isLog ? at : at.map(v => named.includes(Number(v.toExponential(6).split("e")[0])) ? v : null);
}

/** A day's beginning is told by its date. */
function clock(seconds) {
  const time = new Date(seconds * 1000);
  return time.getHours() + time.getMinutes() === 0 ? time.toLocaleDateString([], { month: "short", day: "numeric" }) : time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function sum(values) {
  return values.reduce((a, b) => a + b, 0);
}

/** The places of values that no line leads to or from. */
function alone(values) {
  return values.map((v, i) => v !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null ? i : -1).filter(i => i >= 0);
}
