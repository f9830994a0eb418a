// Tells a chart when it has to be drawn anew: in the colours of another theme, or at another size.
import { colourProbe } from "./colours.js";

/** The page's colours as they are now; repaint is called when they change, resized with the elements that do. */
export function appearance(root, repaint, resized) {
  const colours = colourProbe(root);
  const size = new ResizeObserver(entries => resized(entries.map(e => e.target)));
  const theme = new MutationObserver(changed);
  const system = matchMedia("(prefers-color-scheme: dark)");
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  system.addEventListener("change", changed);

  function changed() {
    colours.forget();
    repaint();
  }

  function stop() {
    size.disconnect();
    theme.disconnect();
    system.removeEventListener("change", changed);
  }

  return { colours, watch: element => size.observe(element), stop };
}
