// Keeps a list that grows at its end at its end, unless its reader has scrolled back.
export function mount(root) {
  const list = root?.querySelector("[data-tail]");
  if (!list) {
    // The reader was quicker: the page was left while this file was on its way.
    return { dispose() {} };
  }

  let atEnd = true;
  const scrolled = () => atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
  const follow = () => {
    if (atEnd) {
      list.scrollTop = list.scrollHeight;
    }
  };
  const growth = new MutationObserver(follow);
  growth.observe(list, { childList: true });
  list.addEventListener("scroll", scrolled, { passive: true });
  follow();

  return {
    dispose() {
      growth.disconnect();
      list.removeEventListener("scroll", scrolled);
    },
  };
}
