/** Runs now and after every enhanced navigation. */
export function onPage(act) {
  act();
  if (window.Blazor?.addEventListener) {
    window.Blazor.addEventListener("enhancedload", act);
  }
}

/** Listens for clicks on anything that matches. */
export function onClick(selector, act) {
  document.addEventListener("click", event => {
    const target = event.target.closest?.(selector);
    if (target) {
      act(target, event);
    }
  });
}
