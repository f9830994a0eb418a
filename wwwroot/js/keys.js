/** "/" goes to the page's filter, as in most tools. */
export function startKeys() {
  document.addEventListener("keydown", event => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
      return;
    }
    const filter = document.querySelector("[data-slash]");
    if (filter) {
      event.preventDefault();
      filter.focus();
      filter.select();
    }
  });
}

function isTyping(target) {
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
