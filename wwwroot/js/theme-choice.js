import { onClick, onPage } from "./page-events.js";

// A cookie, so that the server writes the theme into the page.
export function startThemeChoice() {
  onClick("[data-theme-choice]", button => {
    const choice = button.dataset.themeChoice;
    const root = document.documentElement;
    if (choice === "system") {
      delete root.dataset.theme;
      document.cookie = "mlhub-theme=; path=/; max-age=0; samesite=lax";
    } else {
      root.dataset.theme = choice;
      document.cookie = `mlhub-theme=${choice}; path=/; max-age=31536000; samesite=lax`;
    }
    mark();
  });
  onPage(mark);
}

function mark() {
  const now = document.documentElement.dataset.theme ?? "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === now));
  }
}
