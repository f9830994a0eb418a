import { onClick } from "./page-events.js";
import { toast } from "./toast.js";

export function startCopying() {
  onClick("[data-copy], [data-copy-of]", async button => {
    try {
      await write(button.dataset.copy ?? document.getElementById(button.dataset.copyOf).textContent);
      toast("Copied");
      button.classList.add("copied");
      setTimeout(() => button.classList.remove("copied"), 1200);
    } catch {
      toast("The browser did not allow copying");
    }
  });
}

// The clipboard interface is there on https and localhost only; a hub in a private network may be plain http.
async function write(text) {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text);
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) {
    throw new Error("refused");
  }
}
