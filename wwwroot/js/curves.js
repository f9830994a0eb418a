// The charts of one run. The server sends plain arrays; everything a reader changes (axis, smoothing, zoom) stays here.
import { appearance } from "./appearance.js";
import { Chart } from "./chart.js";
import { curves as ask } from "./curve-points.js";
import { keep, layout } from "./curve-layout.js";
import { toast } from "./toast.js";

/** Takes over the cards under root; called once for each opened page. */
export function mount(root, compact) {
  if (!root) {
    // The reader was quicker: the page was left while this file was on its way.
    return { update() {}, dispose() {} };
  }

  const settings = layout(compact, root.dataset.layout);
  const charts = new Map();
  const look = appearance(root, () => charts.forEach(c => c.repaint()), places => places.forEach(p => charts.get(p.closest("[data-curve]")?.dataset.curve)?.resize()));
  const sync = `curves-${Math.random()}`;

  // Cards out of sight are drawn when they come into it.
  const sight = new IntersectionObserver(entries => {
    for (const entry of entries) {
      const chart = charts.get(entry.target.dataset.curve);
      if (chart) {
        chart.visible = entry.isIntersecting;
        chart.draw();
      }
    }
  }, { rootMargin: "200px" });
  root.addEventListener("click", clicked);
  root.addEventListener("input", entered);
  showSettings();
  const search = root.querySelector("[data-filters]");
  if (search && settings.find) {
    search.value = settings.find;
    search.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function update(curves) {
    for (const curve of curves) {
      const card = root.querySelector(`[data-curve="${CSS.escape(curve.key)}"]`);
      if (!card) {
        continue;
      }
      let chart = charts.get(curve.key);
      if (!chart || chart.card !== card) {
        chart?.destroy();
        chart = new Chart(card, settings, look.colours, sync, pointsBetween);
        charts.set(curve.key, chart);
        sight.observe(card);
        look.watch(card.querySelector("[data-plot]"));
      }
      chart.take(curve);
    }
  }

  async function pointsBetween(key, first, last) {
    try {
      return (await ask(root.dataset.run, key, { first, last, max: 2000 }))[0];
    } catch (refusal) {
      toast(refusal.message);
      return null;
    }
  }

  function clicked(event) {
    const axis = event.target.closest("[data-axis]");
    if (axis) {
      change({ axis: axis.dataset.axis });
    }
    const tool = event.target.closest("[data-chart]");
    if (tool) {
      charts.get(tool.closest("[data-curve]").dataset.curve)?.save(tool.dataset.chart);
    }
  }

  function entered(event) {
    if (event.target.matches("[data-filters]")) {
      settings.find = event.target.value;
      keep(settings);
    } else if (event.target.matches("[data-smoothing]")) {
      change({ smoothing: Number(event.target.value) });
    } else if (event.target.matches("[data-log]")) {
      change({ log: event.target.checked });
    } else if (event.target.matches("[data-robust]")) {
      change({ robust: event.target.checked });
    }
  }

  function change(some) {
    Object.assign(settings, some);
    keep(settings);
    showSettings();
    charts.forEach(c => c.rebuild());
  }

  function showSettings() {
    for (const button of root.querySelectorAll("[data-axis]")) {
      button.setAttribute("aria-pressed", String(button.dataset.axis === settings.axis));
    }
    const slider = root.querySelector("[data-smoothing]");
    if (slider) {
      slider.value = settings.smoothing;
      slider.parentElement.querySelector("output").firstChild.nodeValue = String(settings.smoothing);
      root.querySelector("[data-log]").checked = settings.log;
      root.querySelector("[data-robust]").checked = settings.robust;
    }
  }

  function dispose() {
    sight.disconnect();
    look.stop();
    charts.forEach(c => c.destroy());
    charts.clear();
  }

  return { update, dispose };
}
