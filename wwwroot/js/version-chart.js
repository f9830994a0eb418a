// One metric over the versions of a model: a point a version, in the colour of its stage, and a line where Production stands.
import uPlot from "../lib/uplot/uPlot.esm.js";
import { appearance } from "./appearance.js";
import { bounds, short } from "./chart-scales.js";

const FONT = '11px "Inter Variable", system-ui, sans-serif';
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];

export function mount(root) {
  const box = root?.querySelector("[data-plot]");
  if (!box) {
    // The reader was quicker: the page was left while this file was on its way.
    return { update() {}, dispose() {} };
  }

  const legend = root.querySelector("[data-legend]");
  const words = legend.textContent;
  let points = [];
  let live = null;
  let plot = null;
  const { colours, ...look } = appearance(root, () => plot?.redraw(false), () => plot?.setSize(space()));
  look.watch(box);

  function update(all, production) {
    points = all.filter(p => p.value !== null);
    live = production;
    const data = [points.map(p => p.version), points.map(p => p.value)];
    if (plot) {
      plot.setData(data);
    } else {
      plot = new uPlot(options(), data, box);
    }
  }

  function options() {
    const axis = { stroke: () => colours.of("--text-3"), font: FONT, ticks: { show: false }, grid: { stroke: () => colours.of("--line"), width: 1 }, border: { show: false } };
    return {
      ...space(),
      padding: [14, 18, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
      scales: {
        x: { time: false, range: (u, min, max) => [min - 0.5, max + 0.5] },
        y: { range: (u, min, max) => bounds(live ? Math.min(min, live.value) : min, live ? Math.max(max, live.value) : max) },
      },
      axes: [
        { ...axis, size: 28, gap: 6, space: 44, incrs: STEPS, values: (u, at) => at.map(v => Number.isInteger(v) ? `v${v}` : "") },
        { ...axis, size: 52, gap: 6, space: 30, values: (u, at) => at.map(short) },
      ],
      series: [{}, { stroke: () => colours.of("--text-3"), width: 1.25, points: { show: false } }],
      hooks: {
        drawAxes: [reference],
        draw: [dots],
        setCursor: [u => { legend.firstChild.nodeValue = describe(u.cursor.idx); u.over.classList.toggle("on-point", u.cursor.idx != null); }],
        ready: [u => u.over.addEventListener("click", () => {
          const point = points[u.cursor.idx];
          if (point) {
            window.Blazor.navigateTo(point.url);
          }
        })],
      },
    };
  }

  function reference(u) {
    if (!live) {
      return;
    }
    const { ctx, bbox } = u;
    const y = u.valToPos(live.value, "y", true);
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = colours.of("--stage-production");
    ctx.lineWidth = 1.25 * devicePixelRatio;
    ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.font = `600 ${11 * devicePixelRatio}px "Inter Variable", system-ui, sans-serif`;
    ctx.textAlign = "right";
    ctx.fillText(`Production v${live.version} · ${live.text}`, bbox.left + bbox.width - 4 * devicePixelRatio, y - 6 * devicePixelRatio);
    ctx.restore();
  }

  function dots(u) {
    const { ctx } = u;
    ctx.save();
    ctx.lineWidth = 2 * devicePixelRatio;
    for (const [i, point] of points.entries()) {
      const near = i === u.cursor.idx;
      ctx.beginPath();
      ctx.arc(u.valToPos(point.version, "x", true), u.valToPos(point.value, "y", true), (near ? 6 : 4.5) * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fillStyle = colours.of(`--stage-${point.stage.toLowerCase()}`);
      ctx.strokeStyle = colours.of("--surface");
      ctx.fill();
      ctx.stroke();
    }
    ctx.restore();
  }

  function describe(at) {
    const point = points[at];
    return point ? `v${point.version} · ${point.stage} · ${point.text}` : words;
  }

  function space() {
    return { width: Math.max(80, box.clientWidth), height: Math.max(80, box.clientHeight) };
  }

  function dispose() {
    look.stop();
    plot?.destroy();
    plot = null;
  }

  return { update, dispose };
}
