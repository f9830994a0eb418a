// A canvas cannot read light-dark(); an element's computed colour is what it needs.
export function colourProbe(root) {
  const known = new Map();
  return {
    forget: () => known.clear(),
    of(name) {
      if (!known.has(name)) {
        const probe = document.createElement("i");
        probe.style.color = `var(${name})`;
        root.append(probe);
        known.set(name, getComputedStyle(probe).color);
        probe.remove();
      }
      return known.get(name);
    },
  };
}
