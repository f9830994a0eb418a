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
