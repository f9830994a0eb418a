// Keeps the charts of an explanation drawn: in the page's colours, at its size, and anew when something else is chosen.
import * as echarts from "../lib/echarts/echarts.esm.min.js";
import { appearance } from "./appearance.js";
import { dependence, swarm, swarmHeight, waterfall } from "./explanation-plots.js";

const plots = [["swarm", swarm], ["dependence", dependence], ["waterfall", waterfall]];

/** The first row alone, for a page that has no others. */
export function mountRow(root, data) {
  if (!root) {
    // The reader was quicker: the page was left while this file was on its way.
    return { dispose() {} };
  }

  const charts = mount(root, data, { row: 0, feature: 0, colour: 0 }, () => {});
  charts.draw();
  return charts;
}

export function mount(root, data, state, chooseRow) {
  const look = appearance(root, draw, () => {
    for (const plot of drawn) {
      plot.chart.resize();
    }
    draw();
  });
  const style = { of: name => look.colours.of(name) };
  const drawn = plots.map(([name, option]) => ({ place: root.querySelector(`[data-explanation-${name}]`), option })).filter(p => p.place);
  const swarmPlace = root.querySelector("[data-explanation-swarm]");
  if (swarmPlace) {
    swarmPlace.style.height = `${swarmHeight(data)}px`;
  }
  for (const plot of drawn) {
    plot.chart = echarts.init(plot.place, null, { renderer: "canvas" });
    plot.chart.on("click", event => {
      if (event.data?.row !== undefined) {
        chooseRow(event.data.row);
      }
    });
  }
  drawn.forEach(plot => look.watch(plot.place));

  function draw() {
    for (const plot of drawn) {
      const option = plot.option(data, state, { ...style, width: plot.place.clientWidth, height: plot.place.clientHeight });
      plot.chart.setOption({ animation: false, textStyle: { fontFamily: '"Inter Variable", system-ui, sans-serif' }, ...option }, { notMerge: true });
    }
  }

  function dispose() {
    look.stop();
    drawn.forEach(plot => plot.chart.dispose());
  }

  return { draw, dispose };
}
