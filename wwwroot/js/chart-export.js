/** Six significant digits, as the tables write them. */
export function number(v) {
  if (v === null || v === undefined) {
    return "–";
  }
  const size = Math.abs(v);
  if (v === 0) {
    return "0";
  }
  if (size < 1e-4 || size >= 1e9) {
    return v.toExponential(4).replace(/\.?0+e/, "e");
  }
  const decimals = Math.min(9, Math.max(0, 5 - Math.floor(Math.log10(size))));
  return v.toLocaleString("en", { maximumFractionDigits: decimals, useGrouping: size >= 1e4 });
}

/** The chart on the card's ground, with its name above. */
export function picture(source, title, colours) {
  const head = Math.round(34 * devicePixelRatio);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [source.width, source.height + head];
  const ctx = canvas.getContext("2d");
  ctx.fillStyle = colours.of("--surface");
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = colours.of("--text");
  ctx.font = `600 ${13 * devicePixelRatio}px "Inter Variable", system-ui, sans-serif`;
  ctx.fillText(title, 14 * devicePixelRatio, 22 * devicePixelRatio);
  ctx.drawImage(source, 0, head);
  return canvas;
}

export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
