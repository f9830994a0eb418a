import { onClick } from "./page-events.js";

export function startForms() {
  document.addEventListener("input", event => {
    const input = event.target;
    if (input.dataset?.filters) {
      filterList(input);
    }
    for (const hint of document.querySelectorAll("[data-of]")) {
      refresh(hint);
    }
  });
  document.addEventListener("change", event => {
    if (event.target.dataset?.submits !== undefined) {
      event.target.form.requestSubmit();
    }
  });
  // An instant is picked in the reader's own time and sent as milliseconds.
  document.addEventListener("submit", event => {
    const local = event.target.matches?.("[data-instant]") && event.target.querySelector("[data-instant-local]");
    if (local) {
      event.target.querySelector("[data-instant-ms]").value = new Date(local.value).getTime();
    }
  }, { capture: true });
  // Presets of the token form: which boxes are ticked.
  onClick("[data-ticks]", button => {
    const wanted = button.dataset.ticks.split(" ");
    for (const box of button.form.querySelectorAll("input[name='Input.Scopes']")) {
      box.checked = wanted.includes(box.value);
    }
  });
}

/** Shows only the rows of a list whose text holds what was typed. */
function filterList(input) {
  const text = input.value.trim().toLowerCase();
  const rows = document.querySelectorAll(`${input.dataset.filters} [data-row]`);
  let shown = 0;
  for (const row of rows) {
    row.hidden = text !== "" && !row.textContent.toLowerCase().includes(text);
    shown += row.hidden ? 0 : 1;
  }
  const none = document.querySelector(`${input.dataset.filters} [data-none]`);
  if (none) {
    none.hidden = shown > 0;
  }
}

function refresh(hint) {
  const value = document.getElementById(hint.dataset.of)?.value ?? "";
  if (hint.dataset.minLength) {
    hint.classList.toggle("met", value.length >= Number(hint.dataset.minLength));
  }
  if (hint.dataset.sameAs) {
    const same = value !== "" && value === document.getElementById(hint.dataset.sameAs).value;
    hint.hidden = !same;
    hint.classList.toggle("met", same);
  }
}
