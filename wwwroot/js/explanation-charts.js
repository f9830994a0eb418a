// Keeps the charts of an explanation drawn: in the page's colours, at its size, and anew when something else is chosen.
import * as echarts from "../lib/echarts/echarts.esm.min.js";
import { colourProbe } from "./colours.js";
import { dependence, swarm, swarmHeight, waterfall } from "./explanation-plots.js";

const plots = [["swarm", swarm], ["dependence", dependence], ["waterfall", waterfall]];

export function mount(root, data, state, chooseRow) {
  const colours = colourProbe(root);
  const style = { of: name => colours.of(name) };
  const drawn = plots.map(([name, option]) => ({ place: root.querySelector(`[data-explanation-${name}]`), option })).filter(p => p.place);
  root.querySelector("[data-explanation-swarm]").style.height = `${swarmHeight(data)}px`;
  for (const plot of drawn) {
    plot.chart = echarts.init(plot.place, null, { renderer: "canvas" });
    plot.chart.on("click", event => {
      if (event.data?.row !== undefined) {
        chooseRow(event.data.row);
      }
    });
  }
  const size = new ResizeObserver(() => {
    for (const plot of drawn) {
      plot.chart.resize();
    }
    draw();
  });
  const theme = new MutationObserver(repaint);
  const system = matchMedia("(prefers-color-scheme: dark)");
  drawn.forEach(plot => size.observe(plot.place));
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  system.addEventListener("change", repaint);

  function draw() {
    for (const plot of drawn) {
      const option = plot.option(data, state, { ...style, width: plot.place.clientWidth, height: plot.place.clientHeight });
      plot.chart.setOption({ animation: false, textStyle: { fontFamily: '"Inter Variable", system-ui, sans-serif' }, ...option }, { notMerge: true });
    }
  }

  function repaint() {
    colours.forget();
    draw();
  }

  function dispose() {
    size.disconnect();
    theme.disconnect();
    system.removeEventListener("change", repaint);
    drawn.forEach(plot => plot.chart.dispose());
  }

  return { draw, dispose };
}
