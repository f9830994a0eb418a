// The curves of one metric of all compared runs, over each other. Where the reader zooms in, the points that were left out are asked for.
import { number } from "./chart-export.js";
import { short, smooth, span } from "./chart-scales.js";
import { curves as ask } from "./curve-points.js";

const FEW = 30;
const isCurve = field => field.longest > 1;

export const curves = {
  picks: fields => [
    { name: "curve", title: "Metric", fits: isCurve, first: fields.find(isCurve) },
    { name: "axis", title: "x", words: ["step", "relative", "time"] },
    { name: "smoothing", title: "Smoothing", words: ["none", "0.6", "0.9", "0.98"] },
  ],
  async option(data, fields, picks, style) {
    const found = picks.curve ? await ask(runs(), picks.curve, { max: style.width }) : [];
    const place = new Map(data.runs.map((r, i) => [r.id, i]));
    const shown = found.map(c => place.get(c.run));
    const longest = found.reduce((most, c) => Math.max(most, c.total), 0);
    const label = { color: style.of("--text-3"), fontSize: 11 };
    const axis = { splitLine: { lineStyle: { color: style.of("--line") } }, axisLine: { lineStyle: { color: style.of("--line-strong") } }, axisLabel: label };
    const words = { step: v => short(v), relative: span, time: undefined }[picks.axis];
    return {
      shown,
      hint: hint(found, longest, data),
      option: {
        grid: { left: 68, right: 24, top: 18, bottom: 64 },
        tooltip: { renderMode: "richText", trigger: found.length <= FEW ? "axis" : "item", order: "valueDesc", backgroundColor: style.of("--surface"), borderColor: style.of("--line-strong"), textStyle: { color: style.of("--text"), fontSize: 12 }, valueFormatter: number, axisPointer: { label: { show: false } } },
        xAxis: { ...axis, type: picks.axis === "time" ? "time" : "value", min: "dataMin", max: "dataMax", axisLabel: { ...label, hideOverlap: true, ...(words && { formatter: words }) } },
        yAxis: { ...axis, type: "value", scale: true, axisLabel: { ...label, formatter: short } },
        dataZoom: [{ type: "inside", filterMode: "none" }, { type: "slider", height: 18, bottom: 10, filterMode: "none", showDetail: false, brushSelect: false, borderColor: style.of("--line"), fillerColor: "rgba(128, 128, 160, 0.15)", dataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } }, selectedDataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } } }],
        series: found.map(c => line(c, place.get(c.run), data, picks, style, found.length)),
      },
      /** All points between two places of the axis, as far as the screen shows them. */
      async zoomed(from, to) {
        if (picks.axis !== "step" || longest <= style.width) {
          return null;
        }
        const part = await ask(runs(), picks.curve, { first: Math.floor(from), last: Math.ceil(to), max: style.width });
        const parts = new Map(part.map(c => [c.run, c]));
        return found.map(c => line(parts.get(c.run) ?? c, place.get(c.run), data, picks, style, found.length));
      },
    };
  },
};

// The page's own address has the runs in their packed form.
function runs() {
  return new URL(location.href).searchParams.get("runs");
}

function hint(found, longest, data) {
  if (found.length === 0) {
    return "None of these runs has logged a metric more than once.";
  }
  const missing = data.runs.length - found.length;
  const strange = found.filter(c => c.odd.length > 0).length;
  const runsHave = count => count === 1 ? "1 run has" : `${count.toLocaleString("en")} runs have`;
  return [
    `Up to ${longest.toLocaleString("en")} points a run; turn the wheel or draw the ends of the bar to zoom.`,
    missing > 0 ? `${runsHave(missing)} no such metric.` : "",
    strange > 0 ? `${runsHave(strange)} values that are no number: the line is broken there.` : "",
  ].filter(Boolean).join(" ");
}

function line(curve, run, data, picks, style, count) {
  const { steps, times, values } = curve;
  const ys = picks.smoothing === "none" ? values : smooth(values, Number(picks.smoothing));
  const xs = { step: () => steps, relative: () => times.map(t => (t - times[0]) / 1000), time: () => times }[picks.axis]();
  const colour = style.of(`--${data.runs[run].colour}`);
  return {
    type: "line",
    name: data.runs[run].name,
    data: xs.map((x, i) => [x, ys[i]]),
    showSymbol: xs.length < 2,
    symbolSize: 6,
    itemStyle: { color: colour },
    lineStyle: { width: run === style.baseline ? 2.5 : count > FEW ? 1 : 1.5, opacity: count > FEW && run !== style.baseline ? 0.5 : 1 },
    triggerLineEvent: true,
    emphasis: count > FEW ? { disabled: true } : { focus: "series", lineStyle: { width: 2.5 } },
    z: run === style.baseline ? 3 : 2,
  };
}
