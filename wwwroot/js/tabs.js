import { onPage } from "./page-events.js";

/** Where the parts of a page do not fit beside each other, the one that is open is in sight. */
export function startTabs() {
  onPage(() => {
    for (const open of document.querySelectorAll(".tabs > [aria-current], .serving-views > [aria-current]")) {
      const bar = open.parentElement;
      const [outer, inner] = [bar.getBoundingClientRect(), open.getBoundingClientRect()];
      bar.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
    }
  });
}
