// One function for each kind of chart: which fields it asks for, and what ECharts is to draw of them.
import { number } from "./chart-export.js";
import { short } from "./chart-scales.js";

const AXES = 8;
const AXIS_WIDTH = 84;
const CELLS = 36;

const any = () => true;
const numeric = f => f.texts === null;
const metrics = fields => fields.filter(f => f.metric);
const params = fields => fields.filter(f => !f.metric).sort((a, b) => b.filled - a.filled);
const byName = (fields, name) => fields.find(f => f.name === name);

export const parallel = {
  picks: fields => [{ name: "colour", title: "Colour", fits: numeric, first: metrics(fields)[0] ?? fields.find(numeric) }],
  option(data, fields, picks, style) {
    const colour = byName(fields, picks.colour);
    const most = Math.max(2, Math.min(AXES, Math.floor(style.width / AXIS_WIDTH)));
    const others = most > 4 ? 2 : 0;
    const axes = [...params(fields).slice(0, most - 1 - others), ...metrics(fields).filter(f => f !== colour).slice(0, others), ...(colour ? [colour] : [])];
    const line = { color: style.of("--line-strong") };
    return {
      shown: data.runs.map((_, i) => i),
      hint: axes.length > 1 ? "Drag along an axis to keep the runs that pass there; click the axis to let all in again." : "These runs differ in too little to draw.",
      option: {
        parallel: { left: 48, right: style.width < 600 ? 110 : 128, top: 44, bottom: 20, parallelAxisDefault: { nameTextStyle: { color: style.of("--text-2"), width: 110, overflow: "truncate" }, nameGap: 14, axisLine: { lineStyle: line }, axisTick: { lineStyle: line }, splitLine: { show: false }, areaSelectStyle: { color: style.of("--accent"), opacity: 0.25, borderColor: style.of("--accent") } } },
        parallelAxis: axes.map((f, i) => ({ dim: i, name: f.name, ...scale(f, style, f.log) })),
        visualMap: colour ? gradient(colour, axes.length - 1, style) : undefined,
        series: axes.length > 1 ? [{ type: "parallel", smooth: 0.2, lineStyle: { width: data.runs.length > 200 ? 1 : 1.5, opacity: data.runs.length > 200 ? 0.35 : 0.7 }, inactiveOpacity: 0.03, progressive: 0, data: data.runs.map((r, i) => ({ value: axes.map(f => f.values[i] ?? "-"), name: r.name, run: i })) }] : [],
      },
    };
  },
};

export const scatter = {
  picks: fields => [
    { name: "x", title: "x", fits: any, first: params(fields)[0] ?? fields[0] },
    { name: "y", title: "y", fits: numeric, first: metrics(fields)[0] ?? fields.find(numeric) },
    { name: "colour", title: "Colour", fits: numeric, first: metrics(fields)[1] ?? metrics(fields)[0] ?? fields.find(numeric) },
  ],
  option(data, fields, picks, style) {
    const [x, y, colour] = ["x", "y", "colour"].map(name => byName(fields, picks[name]));
    const shown = data.runs.map((_, i) => i).filter(i => x && y && x.values[i] !== null && y.values[i] !== null);
    return {
      shown,
      brush: "rect",
      hint: "Drag a box around runs to see them in the table; click a point to open its run.",
      option: {
        ...plane(x, y, style, null, x?.log),
        brush: { xAxisIndex: 0, yAxisIndex: 0, brushStyle: { color: "transparent", borderColor: style.of("--accent"), borderWidth: 1 }, outOfBrush: { colorAlpha: 0.12 }, throttleType: "debounce", throttleDelay: 120 },
        toolbox: { show: false },
        visualMap: colour ? gradient(colour, 2, style) : undefined,
        series: [{ type: "scatter", symbolSize: data.runs.length > 300 ? 6 : 10, data: shown.map(i => ({ value: [x.values[i], y.values[i], colour?.values[i] ?? null], name: data.runs[i].name, run: i, ...(i === style.baseline ? { itemStyle: { borderColor: style.of("--text"), borderWidth: 2 } } : {}) })) }],
      },
    };
  },
};

export const box = {
  picks: fields => [
    { name: "x", title: "By", fits: any, first: params(fields)[0] ?? fields[0] },
    { name: "y", title: "Metric", fits: numeric, first: metrics(fields)[0] ?? fields.find(numeric) },
  ],
  option(data, fields, picks, style) {
    const [x, y] = ["x", "y"].map(name => byName(fields, picks[name]));
    const groups = new Map();
    data.runs.forEach((_, i) => {
      if (x && y && x.values[i] !== null && y.values[i] !== null) {
        groups.set(x.values[i], [...(groups.get(x.values[i]) ?? []), i]);
      }
    });
    const keys = [...groups.keys()].sort((a, b) => a - b).slice(0, 60);
    const boxes = keys.map(k => quartiles(groups.get(k).map(i => y.values[i]).sort((a, b) => a - b)));
    const points = keys.flatMap((k, at) => groups.get(k).map(i => ({ value: [at, y.values[i]], name: data.runs[i].name, run: i })));
    return {
      shown: points.map(p => p.run),
      brush: "lineX",
      hint: groups.size > keys.length ? `The first ${keys.length} of ${groups.size} values.` : "Boxes from the first to the third quartile with the median; whiskers to the smallest and largest run.",
      option: {
        ...plane(x, y, style, keys.map(k => x.texts ? x.texts[k] : short(k))),
        brush: { xAxisIndex: 0, yAxisIndex: 0, brushStyle: { color: "transparent", borderColor: style.of("--accent"), borderWidth: 1 }, throttleType: "debounce", throttleDelay: 120 },
        toolbox: { show: false },
        series: [
          { type: "scatter", symbolSize: 5, itemStyle: { color: style.of("--c0"), opacity: 0.55 }, data: points },
          { type: "boxplot", boxWidth: [8, 44], silent: true, itemStyle: { color: "transparent", borderColor: style.of("--text-2") }, data: boxes },
        ],
      },
    };
  },
};

export const contour = {
  picks: fields => [
    { name: "x", title: "x", fits: numeric, first: params(fields).filter(numeric)[0] ?? fields.find(numeric) },
    { name: "y", title: "y", fits: numeric, first: params(fields).filter(numeric)[1] ?? metrics(fields)[1] ?? fields.find(numeric) },
    { name: "colour", title: "Height", fits: numeric, first: metrics(fields)[0] ?? fields.find(numeric) },
  ],
  option(data, fields, picks, style) {
    const [x, y, z] = ["x", "y", "colour"].map(name => byName(fields, picks[name]));
    const shown = data.runs.map((_, i) => i).filter(i => x && y && z && [x, y, z].every(f => f.values[i] !== null));
    const cells = shown.length > 2 ? surface(shown.map(i => [x.values[i], y.values[i], z.values[i]])) : [];
    return {
      shown,
      hint: shown.length > 2 ? "Between the runs the height is the mean of all, weighted by the inverse square of their distance (Shepard 1968): an aid to the eye, no measurement." : "Three runs with all of these values are needed.",
      option: {
        ...plane(x, y, style),
        visualMap: z ? gradient(z, 2, style) : undefined,
        series: [
          { type: "custom", silent: true, data: cells.map(c => [c.x, c.y, c.z, c.width, c.height]), renderItem: (_, api) => rectangle(api) },
          { type: "scatter", symbolSize: 7, itemStyle: { borderColor: style.of("--surface"), borderWidth: 1 }, data: shown.map(i => ({ value: [x.values[i], y.values[i], z.values[i]], name: data.runs[i].name, run: i })) },
        ],
      },
    };
  },
};

function plane(x, y, style, categories, log) {
  const axis = { nameLocation: "middle", nameTextStyle: { color: style.of("--text-2") }, splitLine: { lineStyle: { color: style.of("--line") } }, axisLine: { lineStyle: { color: style.of("--line-strong") } } };
  return {
    grid: { left: 68, right: 84, top: 18, bottom: 52 },
    tooltip: { renderMode: "richText", backgroundColor: style.of("--surface"), borderColor: style.of("--line-strong"), textStyle: { color: style.of("--text"), fontSize: 12 }, formatter: p => `${p.name}\n${y?.name ?? ""} ${number(p.value[1])}` },
    xAxis: x ? { ...axis, name: x.name, nameGap: 30, ...(categories ? { type: "category", data: categories, axisLabel: { color: style.of("--text-3") } } : scale(x, style, log)) } : { show: false },
    yAxis: y ? { ...axis, name: y.name, nameGap: 50, ...scale(y, style) } : { show: false },
  };
}

function scale(field, style, log) {
  const label = { color: style.of("--text-3"), fontSize: 11 };
  return field.texts
    ? { type: "category", data: field.texts, axisLabel: { ...label, width: 90, overflow: "truncate" } }
    : { type: log ? "log" : "value", scale: true, axisLabel: { ...label, formatter: short } };
}

function gradient(field, dimension, style) {
  const values = field.values.filter(v => v !== null);
  const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  const colours = [style.of("--c3"), style.of("--c7"), style.of("--c4")];
  return { min: low, max: high > low ? high : low + 1, dimension, seriesIndex: 0, right: 6, top: "middle", itemHeight: 110, itemWidth: 10, calculable: false, precision: 4, text: [short(high), short(low)], textStyle: { color: style.of("--text-3"), fontSize: 11 }, inRange: { color: field.better > 0 ? colours.toReversed() : colours } };
}

function quartiles(sorted) {
  const at = part => {
    const place = (sorted.length - 1) * part;
    const below = Math.floor(place);
    return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
  };
  return [0, 0.25, 0.5, 0.75, 1].map(at);
}

function surface(points) {
  const [xs, ys] = [0, 1].map(d => [Math.min(...points.map(p => p[d])), Math.max(...points.map(p => p[d]))]);
  const [width, height] = [(xs[1] - xs[0] || 1) / CELLS, (ys[1] - ys[0] || 1) / CELLS];
  const cells = [];
  for (let i = 0; i < CELLS; i++) {
    for (let j = 0; j < CELLS; j++) {
      const [x, y] = [xs[0] + (i + 0.5) * width, ys[0] + (j + 0.5) * height];
      let [sum, weights] = [0, 0];
      for (const [px, py, pz] of points) {
        const weight = 1 / (((px - x) / width) ** 2 + ((py - y) / height) ** 2 + 0.01);
        sum += weight * pz;
        weights += weight;
      }
      cells.push({ x, y, z: sum / weights, width, height });
    }
  }
  return cells;
}

function rectangle(api) {
  const [x, y] = api.coord([api.value(0), api.value(1)]);
  const [width, height] = api.size([api.value(3), api.value(4)]);
  return { type: "rect", shape: { x: x - width / 2, y: y - height / 2, width: width + 0.5, height: height + 0.5 }, style: { fill: api.visual("color"), opacity: 0.8 } };
}
