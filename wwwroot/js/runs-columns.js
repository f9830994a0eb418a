// The column picker asks the server for columns by what is typed; the menus of the head open beside their buttons.
const PAUSE_MS = 180;

export function startColumnPicker() {
  let timer = null;
  document.addEventListener("input", event => {
    if (event.target.matches?.("[data-finds-columns]")) {
      clearTimeout(timer);
      timer = setTimeout(() => find(event.target), PAUSE_MS);
    }
  });
  document.addEventListener("beforetoggle", event => {
    if (event.target.matches?.(".head-panel") && event.newState === "open") {
      place(event.target);
    }
  }, true);
  document.addEventListener("scroll", event => {
    if (event.target.matches?.("[data-scroll]")) {
      document.querySelector(".head-panel:popover-open")?.hidePopover();
    }
  }, true);
}

async function find(input) {
  const form = input.form;
  const [found, chosen] = [form.querySelector("[data-found]"), form.querySelector("[data-chosen]")];
  const text = input.value.trim();
  // What was ticked among the found ones stays.
  for (const box of found.querySelectorAll("input:checked")) {
    chosen.querySelector("fieldset")?.append(box.closest("label"));
  }
  chosen.hidden = false;
  if (text === "") {
    found.replaceChildren();
    return;
  }
  const url = new URL(input.dataset.findsColumns, location.href);
  url.searchParams.set("text", text);
  const answer = await fetch(url);
  if (!answer.ok || input.value.trim() !== text) {
    return;
  }
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const taken = new Map([...chosen.querySelectorAll("input:checked")].map(b => [b.value, b]));
  for (const box of holder.content.querySelectorAll("input")) {
    taken.has(box.value) && box.closest("label").remove();
  }
  for (const part of holder.content.querySelectorAll("fieldset")) {
    part.querySelector("label") ?? part.remove();
  }
  found.replaceChildren(holder.content);
  if (!found.querySelector("label")) {
    const none = document.createElement("p");
    none.className = "quiet";
    none.textContent = taken.size > 0 && [...taken.keys()].some(k => k.toLowerCase().includes(text.toLowerCase())) ? "Chosen already, below." : "No column has this in its name.";
    found.replaceChildren(none);
  }
}

function place(panel) {
  const button = document.querySelector(`[popovertarget="${panel.id}"]`).getBoundingClientRect();
  panel.style.top = `${Math.min(button.bottom + 4, innerHeight - 220)}px`;
  panel.style.left = `${Math.max(8, Math.min(button.right - 200, innerWidth - 216))}px`;
}
