import { onClick } from "./page-events.js";

const EVERY = 4000;

/** All state is in the address, so a lost circuit costs nothing: try again for ever, and load anew where the server forgot us. */
export function startReconnecting() {
  onClick("[data-reload]", () => location.reload());
  const banner = document.getElementById("components-reconnect-modal");
  new MutationObserver(() => {
    if (banner.classList.contains("components-reconnect-rejected")) {
      location.reload();
    } else if (banner.classList.contains("components-reconnect-failed")) {
      setTimeout(reconnect, EVERY);
    }
  }).observe(banner, { attributes: true, attributeFilter: ["class"] });

  // The server has refused to follow one more page of the same person.
  new PerformanceObserver((list) => {
    if (list.getEntries().some((e) => e.responseStatus === 429 && new URL(e.name).pathname.startsWith("/_blazor"))) {
      document.getElementById("blazor-error-ui").classList.add("one-too-many");
    }
  }).observe({ type: "resource", buffered: true });

  async function reconnect() {
    try {
      if (!await window.Blazor.reconnect()) {
        location.reload();
      }
    } catch {
      setTimeout(reconnect, EVERY);
    }
  }
}
