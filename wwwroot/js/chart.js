import uPlot from "../lib/uplot/uPlot.esm.js";
import { csv, download, number, picture } from "./chart-export.js";

const FONT = '11px "Inter Variable", system-ui, sans-serif';

/** One card: a curve, its smoothed form, marks where a value is no number, and a line of text under it. */
export class Chart {
  constructor(card, settings, colours, sync) {
    Object.assign(this, { card, settings, colours, sync, visible: false, stale: true, zoomed: false });
    this.box = card.querySelector("[data-plot]");
    this.legend = card.querySelector("[data-legend]");
    this.latest = card.querySelector("[data-latest]");
  }

  take(curve) {
    this.curve = curve;
    this.stale = true;
    const last = curve.values.length - 1;
    const odd = curve.odd.find(o => o.at === last);
    this.latest.textContent = odd ? odd.is : number(curve.values[last]);
    this.latest.classList.toggle("odd", Boolean(odd));
    this.describe(null);
    this.draw();
  }

  draw() {
    if (!this.visible || !this.stale || !this.curve) {
      return;
    }
    this.stale = false;
    this.data = this.shape();
    if (this.plot) {
      this.plot.setData(this.data, !this.zoomed);
      if (this.zoomed) {
        this.plot.redraw();
      }
    } else {
      this.plot = new uPlot(this.options(), this.data, this.box);
    }
  }

  /** From what was sent to what is drawn: the chosen axis, in its order, smoothed. */
  shape() {
    const { steps, times, values, odd } = this.curve;
    const axis = this.settings.axis;
    const x = axis === "step" ? steps : times.map(t => axis === "time" ? t / 1000 : (t - times[0]) / 1000);
    const order = [...x.keys()].sort((a, b) => x[a] - x[b]);
    const marks = new Map(odd.map(o => [o.at, o.is]));
    this.marks = order.map((at, i) => [i, marks.get(at)]).filter(m => m[1]);
    const xs = order.map(i => x[i]);
    const ys = order.map(i => this.settings.log && values[i] <= 0 ? null : values[i]);
    return this.settings.smoothing > 0 ? [xs, ys, smooth(ys, this.settings.smoothing)] : [xs, ys];
  }

  options() {
    const line = () => this.colours.of("--c");
    const faint = () => line().replace("rgb(", "rgba(").replace(")", ", 0.28)");
    const smoothed = this.settings.smoothing > 0;
    const axis = { stroke: () => this.colours.of("--text-3"), font: FONT, ticks: { show: false }, grid: { stroke: () => this.colours.of("--line"), width: 1 }, border: { show: false } };
    const series = { spanGaps: false, points: { show: u => u.data[0].length < 40, size: 5, fill: line, stroke: line } };
    return {
      ...this.space(),
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: this.sync, scales: ["x", null] }, drag: { x: true, y: false }, points: { size: 7, fill: line, stroke: () => this.colours.of("--surface"), width: 2 } },
      scales: { x: { time: this.settings.axis === "time" }, y: { distr: this.settings.log ? 3 : 1, range: this.settings.log ? undefined : (u, min, max) => bounds(min, max) } },
      axes: [
        { ...axis, size: 26, gap: 6, space: 64, ...(this.settings.axis === "time" ? {} : { values: (u, at) => at.map(this.settings.axis === "relative" ? span : short) }) },
        { ...axis, size: 46, gap: 6, space: 28, values: (u, at) => at.map(v => v === null ? "" : short(v)) },
      ],
      series: [
        {},
        { ...series, stroke: smoothed ? faint : line, width: smoothed ? 1 : 1.75, ...(smoothed && { points: { show: false } }) },
        ...(smoothed ? [{ ...series, stroke: line, width: 2 }] : []),
      ],
      hooks: {
        draw: [u => this.mark(u)],
        setCursor: [u => this.describe(u.cursor.idx)],
        setSelect: [() => { this.zoomed = true; }],
        ready: [u => u.over.addEventListener("dblclick", () => { this.zoomed = false; })],
      },
    };
  }

  /** NaN and infinities are shown where they happened, at the edge they went over. */
  mark(u) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.fillStyle = this.colours.of("--bad");
    ctx.font = `600 ${11 * devicePixelRatio}px system-ui`;
    ctx.textAlign = "center";
    for (const [i, is] of this.marks) {
      const x = u.valToPos(u.data[0][i], "x", true);
      if (x >= bbox.left && x <= bbox.left + bbox.width) {
        const [glyph, y] = is === "+∞" ? ["▲", bbox.top + 11 * devicePixelRatio] : [is === "NaN" ? "✕" : "▼", bbox.top + bbox.height - 3];
        ctx.fillText(glyph, x, y);
      }
    }
    ctx.restore();
  }

  describe(at) {
    const { values, total, odd } = this.curve;
    if (at !== null && at !== undefined && this.data) {
      const raw = this.data[1][at];
      const mark = this.marks.find(m => m[0] === at)?.[1];
      const x = this.data[0][at];
      const where = this.settings.axis === "step" ? `step ${x.toLocaleString("en")}` : this.settings.axis === "time" ? new Date(x * 1000).toLocaleTimeString() : `+${span(x)}`;
      this.legend.textContent = `${where} · ${mark ?? number(raw)}${this.data[2]?.[at] != null ? ` · smoothed ${number(this.data[2][at])}` : ""}`;
      return;
    }
    let [min, max] = [Infinity, -Infinity];
    for (const v of values) {
      if (v !== null) {
        [min, max] = [Math.min(min, v), Math.max(max, v)];
      }
    }
    const extremes = min <= max ? `min ${number(min)} · max ${number(max)} · ` : "";
    const strange = odd.length ? ` · ${odd.length} not a number` : "";
    this.legend.textContent = `${extremes}${total.toLocaleString("en")} points${strange}`;
  }

  space() {
    return { width: Math.max(80, this.box.clientWidth), height: Math.max(80, this.box.clientHeight) };
  }

  resize() {
    this.plot?.setSize(this.space());
  }

  repaint() {
    this.plot?.redraw(false);
  }

  rebuild() {
    this.plot?.destroy();
    this.plot = null;
    this.zoomed = false;
    this.stale = true;
    this.draw();
  }

  save(as) {
    const name = this.card.dataset.curve.replace(/[^\w.-]+/g, "_");
    if (as === "csv") {
      download(new Blob([csv(this.curve)], { type: "text/csv" }), `${name}.csv`);
    } else if (this.plot) {
      picture(this.plot.ctx.canvas, this.card.dataset.curve, this.colours).toBlob(blob => download(blob, `${name}.png`));
    }
  }

  destroy() {
    this.plot?.destroy();
    this.plot = null;
  }
}

/** An exponential average that starts at the first value, not at zero. */
function smooth(values, weight) {
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
    return v.toExponential(Number.isInteger(Number(v.toPrecision(2)) / 10 ** Math.floor(Math.log10(size))) ? 0 : 1).replace("e+", "e");
  }
  return size >= 1e4 ? `${+(v / 1000).toFixed(1)}k` : String(+v.toFixed(4));
}

function span(s) {
  if (s < 120) return `${+s.toFixed(1)}s`;
  return s < 7200 ? `${+(s / 60).toFixed(1)}m` : `${+(s / 3600).toFixed(1)}h`;
}
