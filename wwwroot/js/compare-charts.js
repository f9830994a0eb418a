// Parallel coordinates, scatter, box and contour of the compared runs. What is brushed is told to the table.
import * as echarts from "../lib/echarts/echarts.esm.min.js";
import { appearance } from "./appearance.js";
import { curves } from "./compare-curves.js";
import { box, contour, parallel, scatter } from "./compare-plots.js";

const kinds = { curves, parallel, scatter, box, contour };

export function mount(root, data, page) {
  const plot = root.querySelector("[data-chart-plot]");
  const choices = root.querySelector("[data-chart-choices]");
  const note = root.querySelector("[data-chart-note]");
  const buttons = root.querySelectorAll("[data-chart-kind]");
  const fields = describe(data);
  // The metric that the page speaks of comes first wherever one is to be chosen.
  fields.sort((a, b) => (b.name === root.dataset.metric) - (a.name === root.dataset.metric));
  const chosen = { kind: kinds[page.chosen.chart] ? page.chosen.chart : "parallel", picks: {} };
  const chart = echarts.init(plot, null, { renderer: "canvas" });
  let turn = 0;
  let waiting = 0;
  const look = appearance(root, draw, () => chart.resize());
  look.watch(plot);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      chosen.kind = button.dataset.chartKind;
      page.remember("chart", chosen.kind);
      page.brushed(data.runs.map((_, i) => i));
      draw();
    });
  }
  chart.on("axisareaselected", () => {
    const kept = chart.getModel().getSeriesByIndex(0).getRawIndicesByActiveState("active");
    brushed(kept);
  });
  chart.on("brushSelected", event => {
    const areas = event.batch[0];
    if (areas && areas.areas.length > 0) {
      brushed(areas.selected[0].dataIndex.map(i => chosen.shown[i]));
    } else {
      brushed(data.runs.map((_, i) => i));
    }
  });
  chart.on("datazoom", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refine, 250);
  });
  chart.on("click", event => {
    const run = data.runs[event.data?.run ?? (event.seriesType === "line" ? chosen.shown[event.seriesIndex] : -1)];
    if (run) {
      location.href = run.url;
    }
  });
  draw();

  function brushed(runs) {
    page.brushed(runs.length > 0 ? runs : data.runs.map((_, i) => i));
    note.textContent = runs.length > 0 && runs.length < data.runs.length ? `${runs.length.toLocaleString("en")} runs brushed: the table below shows them.` : chosen.hint;
  }

  async function draw() {
    const mine = ++turn;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.chartKind === chosen.kind));
    }
    const picks = kinds[chosen.kind].picks(fields);
    for (const pick of picks) {
      const wanted = page.chosen[pick.name] ?? chosen.picks[pick.name];
      chosen.picks[pick.name] = pick.words ? (pick.words.includes(wanted) ? wanted : pick.words[0]) : fields.find(f => f.name === wanted && pick.fits(f))?.name ?? pick.first?.name ?? null;
    }
    showChoices(picks);
    let drawn;
    try {
      drawn = await kinds[chosen.kind].option(data, fields, chosen.picks, { of: name => look.colours.of(name), baseline: page.baseline(), width: plot.clientWidth });
    } catch (refusal) {
      drawn = { shown: [], hint: refusal.message, option: { series: [] } };
    }
    if (mine !== turn) {
      return;
    }
    chosen.shown = drawn.shown;
    chosen.zoomed = drawn.zoomed;
    chosen.hint = drawn.hint;
    note.textContent = drawn.hint;
    chart.setOption({ animation: false, textStyle: { fontFamily: '"Inter Variable", system-ui, sans-serif' }, ...drawn.option }, { notMerge: true });
    if (drawn.brush) {
      chart.dispatchAction({ type: "takeGlobalCursor", key: "brush", brushOption: { brushType: drawn.brush, brushMode: "single" } });
    }
  }

  async function refine() {
    const mine = turn;
    const [from, to] = chart.getModel().getComponent("xAxis", 0)?.axis.scale.getExtent() ?? [];
    const series = await chosen.zoomed?.(from, to).catch(() => null);
    if (series && mine === turn) {
      chart.setOption({ series });
    }
  }

  function showChoices(picks) {
    choices.replaceChildren(...picks.map(pick => {
      const label = document.createElement("label");
      const select = document.createElement("select");
      label.textContent = pick.title;
      select.className = "select small";
      select.setAttribute("aria-label", pick.title);
      for (const name of pick.words ?? fields.filter(pick.fits).map(f => f.name)) {
        select.append(new Option(name, name, false, name === chosen.picks[pick.name]));
      }
      select.addEventListener("change", () => {
        chosen.picks[pick.name] = select.value;
        page.chosen[pick.name] = select.value;
        page.remember(pick.name, select.value);
        draw();
      });
      label.append(select);
      return label;
    }));
  }

  function dispose() {
    look.stop();
    clearTimeout(waiting);
    turn++;
    chart.dispose();
  }

  return { draw, dispose };
}

/** What can stand on an axis: metrics and parameters that differ, with the numbers of each run or, of texts, the place among them. */
function describe(data) {
  const rows = [...data.params.map(r => ({ ...r, metric: false })), ...data.metrics.map(r => ({ ...r, metric: true }))];
  return rows.filter(r => new Set(r.values).size > 1).map(row => {
    const numbers = row.values.map(v => v === null || v === "" ? null : Number(v));
    const isNumber = row.metric || numbers.every((n, i) => row.values[i] === null || Number.isFinite(n));
    const texts = isNumber ? null : [...new Set(row.values.filter(v => v !== null))].sort();
    const values = numbers.filter(n => Number.isFinite(n));
    return {
      name: row.key,
      // What spans orders of magnitude, as rates do, is read on a logarithmic axis.
      log: isNumber && Math.min(...values) > 0 && Math.max(...values) > 50 * Math.min(...values),
      metric: row.metric,
      longest: row.longest ?? 0,
      better: row.better ?? 0,
      texts,
      filled: row.values.filter(v => v !== null).length,
      values: isNumber ? numbers.map(n => Number.isFinite(n) ? n : null) : row.values.map(v => v === null ? null : texts.indexOf(v)),
    };
  });
}
