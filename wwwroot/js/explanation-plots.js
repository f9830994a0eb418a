// What ECharts is to draw of an explanation: every point of the swarm, one feature's dependence, one row's waterfall.
import { number } from "./chart-export.js";
import { short } from "./chart-scales.js";

const SWARM_FEATURES = 20;
const WATERFALL_FEATURES = 12;
const POINT = 5;
const LANE = 0.42;

/** As high as its features need. */
export function swarmHeight(data) {
  return Math.max(240, Math.min(680, 70 + 42 * Math.min(SWARM_FEATURES, data.features.length)));
}

export function swarm(data, state, style) {
  const features = data.features.slice(0, SWARM_FEATURES);
  const place = labels(style);
  const width = Math.max(80, style.width - place.width - 70);
  const [low, high] = range(features.flatMap(f => f.values));
  const lane = (style.height - 60) / features.length;
  const points = features.flatMap((f, at) => {
    const part = shares(f.inputs);
    const steps = spread(f.values, (high - low || 1) / width * POINT);
    // Points side by side, or closer where so many stand at one place that they would reach into the next feature's lane.
    const apart = Math.min(POINT * 0.8 / lane, LANE / Math.max(1, ...steps.map(Math.abs)));
    return steps.map((step, row) => ({
      value: [f.values[row], at + step * apart, part ? part[row] : 0.5],
      name: f.name,
      input: f.inputs?.[row],
      row,
      ...(row === state.row ? { itemStyle: { borderColor: style.of("--text"), borderWidth: 1.5 }, z: 3 } : {}),
    }));
  });
  return {
    grid: { left: place.width + 12, right: 58, top: 10, bottom: 44 },
    tooltip: { ...tip(style), formatter: p => `row ${data.rows[p.data.row]}\n${p.name}${p.data.input === undefined ? "" : ` = ${number(p.data.input)}`}\nSHAP ${number(p.value[0])}` },
    xAxis: { ...axis(style, {}, false), type: "value", name: `SHAP value (effect on ${data.output})`, nameGap: 28, scale: true },
    yAxis: { ...axis(style), type: "value", inverse: true, min: -0.5, max: features.length - 0.5, interval: 0.5, splitLine: { show: false }, axisTick: { show: false }, axisLabel: { ...place.style, formatter: v => Number.isInteger(v) && features[v] ? middle(features[v].name, place.letters) : "" } },
    visualMap: features[0]?.inputs ? { ...gradient(style), dimension: 2, min: 0, max: 1, text: ["high", "low"] } : { show: false, min: 0, max: 1, dimension: 2, inRange: { color: [style.of("--c0"), style.of("--c0")] } },
    series: [{ type: "scatter", symbolSize: POINT, progressive: 0, itemStyle: { opacity: 0.8 }, data: points }],
  };
}

export function dependence(data, state, style) {
  const [x, by] = [data.features[state.feature], data.features[state.colour] ?? data.features[0]];
  const part = shares(by.inputs);
  return {
    grid: { left: 64, right: 70, top: 14, bottom: 46 },
    tooltip: { ...tip(style), formatter: p => `row ${data.rows[p.data.row]}\n${x.name} = ${number(p.value[0])}\nSHAP ${number(p.value[1])}\n${by.name} = ${number(by.inputs[p.data.row])}` },
    xAxis: { ...axis(style), type: "value", scale: true, name: x.name, nameGap: 28 },
    yAxis: { ...axis(style, {}, false), type: "value", scale: true, name: `SHAP of ${x.name}`, nameGap: 46 },
    visualMap: { ...gradient(style), dimension: 2, min: 0, max: 1, text: ["high", "low"] },
    series: [{
      type: "scatter", symbolSize: 7, itemStyle: { opacity: 0.8 },
      data: x.values.map((v, row) => ({ value: [x.inputs[row], v, part[row]], row, ...(row === state.row ? { itemStyle: { borderColor: style.of("--text"), borderWidth: 2 } } : {}) })).filter(p => p.value[0] !== null),
    }],
  };
}

export function waterfall(data, state, style) {
  const row = state.row;
  const place = labels(style);
  const all = data.features.map(f => ({ name: named(f, row, place.letters), value: f.values[row] ?? 0 })).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const shown = all.slice(0, WATERFALL_FEATURES);
  const left = all.slice(WATERFALL_FEATURES);
  const others = left.length + data.others;
  if (others > 0) {
    shown.push({ name: `${others} others`, value: left.reduce((sum, f) => sum + f.value, 0) + (data.rest?.[row] ?? 0) });
  }
  const total = shown.reduce((sum, f) => sum + f.value, 0);
  // From the base value at the bottom up to the row's output, the heaviest step last, as SHAP draws it.
  let at = (data.base ?? 0) + total;
  const steps = shown.map((f, i) => {
    const to = at;
    at -= f.value;
    return [i, at, to, f.value];
  });
  return {
    grid: { left: place.width + 12, right: 64, top: 34, bottom: 46 },
    title: { text: `${data.base === null ? "" : `from the base value ${short(data.base)} `}${data.base === null ? "adds up to" : "to"} ${short((data.base ?? 0) + total)}`, left: "center", top: 4, textStyle: { fontSize: 12, fontWeight: 500, color: style.of("--text-2") } },
    tooltip: { ...tip(style), formatter: p => `${shown[p.value[0]].name}\n${signed(p.value[3])}` },
    xAxis: { ...axis(style, { showMinLabel: false, showMaxLabel: false }), type: "value", scale: true, name: data.output, nameGap: 28, min: v => v.min - (v.max - v.min) * 0.04, max: v => v.max + (v.max - v.min) * 0.04 },
    yAxis: { ...axis(style), type: "category", inverse: true, data: shown.map(f => f.name), axisTick: { show: false }, axisLabel: place.style },
    series: [{ type: "custom", encode: { x: [1, 2], y: 0 }, data: steps, renderItem: (_, api) => step(api, style) }],
  };
}

function step(api, style) {
  const [from, to] = [api.coord([api.value(1), api.value(0)]), api.coord([api.value(2), api.value(0)])];
  const height = Math.min(22, api.size([0, 1])[1] * 0.66);
  const rises = api.value(3) >= 0;
  return {
    type: "group",
    children: [
      { type: "rect", shape: { x: Math.min(from[0], to[0]), y: from[1] - height / 2, width: Math.max(1, Math.abs(to[0] - from[0])), height, r: 2 }, style: { fill: style.of(rises ? "--c4" : "--c3") } },
      { type: "text", style: { text: signed(api.value(3)), x: Math.max(from[0], to[0]) + 5, y: from[1], verticalAlign: "middle", fill: style.of("--text-2"), fontSize: 11 } },
    ],
  };
}

/** How far each point steps aside so that those at the same place do not hide one another: 0, 1, -1, 2, … in each small interval. */
function spread(values, interval) {
  const taken = new Map();
  return values.map(v => {
    const cell = Math.round(v / (interval || 1));
    const n = taken.get(cell) ?? 0;
    taken.set(cell, n + 1);
    return n % 2 === 0 ? -n / 2 : (n + 1) / 2;
  });
}

/** Where each value stands between the 5th and the 95th of a hundred, from 0 to 1: outliers do not take all of the colours. */
function shares(values) {
  const sorted = values?.filter(v => v !== null).sort((a, b) => a - b);
  if (!sorted?.length) {
    return values?.map(() => 0.5);
  }
  const [low, high] = [sorted[Math.floor(sorted.length * 0.05)], sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))]];
  return values.map(v => v === null ? 0.5 : high > low ? Math.max(0, Math.min(1, (v - low) / (high - low))) : 0.5);
}

function range(values) {
  return values.reduce(([a, b], v) => v === null ? [a, b] : [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
}

function labels(style) {
  const width = Math.max(84, Math.min(170, style.width * 0.28));
  return { width, letters: Math.floor((width - 8) / 6.3), style: { color: style.of("--text-2"), fontSize: 11.5, width: width - 8, overflow: "truncate" } };
}

/** The line of an axis lies at the other's zero, below the points, unless it is told not to. */
function axis(style, label = {}, onZero = true) {
  return { nameLocation: "middle", nameTextStyle: { color: style.of("--text-2") }, axisLabel: { color: style.of("--text-3"), fontSize: 11, formatter: short, hideOverlap: true, ...label }, splitLine: { lineStyle: { color: style.of("--line") } }, axisLine: { onZero, lineStyle: { color: style.of("--line-strong") } } };
}

function tip(style) {
  return { renderMode: "richText", backgroundColor: style.of("--surface"), borderColor: style.of("--line-strong"), textStyle: { color: style.of("--text"), fontSize: 12 } };
}

function gradient(style) {
  return { right: 4, top: "middle", itemHeight: 110, itemWidth: 10, calculable: false, textStyle: { color: style.of("--text-3"), fontSize: 11 }, inRange: { color: [style.of("--c3"), style.of("--c6"), style.of("--c4")] } };
}

/** With its value, where that is known. */
function named(feature, row, letters) {
  const value = feature.inputs ? ` = ${feature.inputs[row] === null ? "missing" : short(feature.inputs[row])}` : "";
  return middle(feature.name, letters - value.length) + value;
}

/** Names that begin alike are told apart by their ends. */
function middle(name, letters) {
  const half = Math.max(2, Math.floor((letters - 1) / 2));
  return name.length <= letters ? name : `${name.slice(0, half)}…${name.slice(-half)}`;
}

function signed(v) {
  return `${v > 0 ? "+" : ""}${number(v)}`;
}
