import { onClick, onPage } from "./page-events.js";

export function startDialogs() {
  onClick("[data-opens]", button => {
    closeDrawer();
    const dialog = document.getElementById(button.dataset.opens);
    if (dialog && !dialog.open) {
      dialog.showModal();
      dialog.querySelector("[autofocus]")?.focus();
    }
    button.closest("details.menu")?.removeAttribute("open");
  });
  onClick("[data-closes]", button => button.closest("dialog")?.close());
  onClick("[data-shuts]", button => button.closest("details.menu")?.removeAttribute("open"));
  onClick("[data-back]", () => history.back());
  onClick("dialog", (dialog, event) => {
    if (event.target === dialog) {
      dialog.close();
    }
  });

  // A menu closes when something else is clicked, or with Escape.
  document.addEventListener("click", event => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    }
  });
  document.addEventListener("keydown", event => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("submit", event => event.target.closest("details.menu")?.removeAttribute("open"));

  onPage(() => {
    closeDrawer();
    // Sent open by the server after a refused form: make it modal.
    for (const dialog of document.querySelectorAll("dialog[open]:not(:modal)")) {
      dialog.close();
      dialog.showModal();
    }
  });
}

function closeDrawer() {
  const drawer = document.getElementById("sidebar");
  if (drawer?.matches(":popover-open")) {
    drawer.hidePopover();
  }
}
