import uPlot from "../lib/uplot/uPlot.esm.js";
import { download, number, picture } from "./chart-export.js";
import { bounds, inner, short, smooth, span } from "./chart-scales.js";
import { vector } from "./chart-vector.js";

const FONT = '11px "Inter Variable", system-ui, sans-serif';

/** One card: a curve, its smoothed form, marks where a value is no number, and a line of text under it. */
export class Chart {
  /** @param points asks for all points of a metric between two steps */
  constructor(card, settings, colours, sync, points) {
    Object.assign(this, { card, settings, colours, sync, points, visible: false, stale: true, zoom: null, part: null });
    this.box = card.querySelector("[data-plot]");
    this.legend = card.querySelector("[data-legend]");
    this.latest = card.querySelector("[data-latest]");
    this.flag = card.querySelector("[data-odd]");
  }

  take(curve) {
    this.curve = curve;
    this.stale = true;
    const last = curve.values.length - 1;
    const odd = curve.odd.find(o => o.at === last);
    this.latest.textContent = odd ? odd.is : number(curve.values[last]);
    this.latest.classList.toggle("odd", Boolean(odd));
    if (this.flag) {
      const first = curve.odd[0];
      this.flag.hidden = !first;
      this.flag.textContent = first ? `${first.is} at step ${curve.steps[first.at].toLocaleString("en")}` : "";
    }
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
      this.plot.setData(this.data, !this.zoom);
      if (this.zoom) {
        this.plot.redraw();
      }
    } else {
      this.plot = new uPlot(this.options(), this.data, this.box);
    }
  }

  /** From what was sent to what is drawn: the chosen axis, in its order, smoothed. */
  shape() {
    const { steps, times, values, odd } = this.part ?? this.curve;
    const axis = this.settings.axis;
    const start = this.curve.times[0];
    const x = axis === "step" ? steps : times.map(t => axis === "time" ? t / 1000 : (t - start) / 1000);
    const order = [...x.keys()].sort((a, b) => x[a] - x[b]);
    const marks = new Map(odd.map(o => [o.at, o.is]));
    this.marks = order.map((at, i) => [i, marks.get(at)]).filter(m => m[1]);
    this.steps = order.map(i => steps[i]);
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
      scales: { x: { time: this.settings.axis === "time" }, y: { distr: this.settings.log ? 3 : 1, range: this.settings.log ? undefined : (u, min, max) => this.settings.robust ? inner(u.data[1].slice(u.series[0].idxs[0], u.series[0].idxs[1] + 1)) : bounds(min, max) } },
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
        setSelect: [u => this.look(u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"))],
        ready: [u => u.over.addEventListener("dblclick", () => this.lookAtAll())],
      },
    };
  }

  /** Zooms in; where points were left out for want of room, those of the part are asked for. */
  async look(min, max) {
    const xs = this.data[0];
    const inside = this.steps.filter((_, i) => (xs[i + 1] ?? Infinity) >= min && (xs[i - 1] ?? -Infinity) <= max);
    const zoom = this.zoom = { min, max };
    if (this.curve.total > this.curve.values.length && inside.length > 0) {
      const part = await this.points(this.curve.key, inside.reduce((a, b) => Math.min(a, b)), inside.reduce((a, b) => Math.max(a, b)));
      if (this.zoom === zoom && part) {
        this.part = part;
        this.stale = true;
        this.draw();
        this.describe(null);
      }
    }
  }

  lookAtAll() {
    this.zoom = this.part = null;
    this.stale = true;
    this.draw();
    this.describe(null);
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
    const { values, odd } = this.part ?? this.curve;
    const total = this.curve.total;
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
    const count = this.part ? `${values.length.toLocaleString("en")} of ${total.toLocaleString("en")}` : total.toLocaleString("en");
    this.legend.textContent = `${extremes}${count} points${strange}`;
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
    this.plot = this.zoom = this.part = null;
    this.stale = true;
    this.draw();
  }

  save(as) {
    if (!this.plot) {
      return;
    }
    const title = this.card.dataset.curve;
    const name = title.replace(/[^\w.-]+/g, "_");
    if (as === "svg") {
      download(new Blob([vector(this.plot, title, this.colours)], { type: "image/svg+xml" }), `${name}.svg`);
    } else {
      picture(this.plot.ctx.canvas, title, this.colours).toBlob(blob => download(blob, `${name}.png`));
    }
  }

  destroy() {
    this.plot?.destroy();
    this.plot = null;
  }
}
