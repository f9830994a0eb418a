// A chart as SVG, from the numbers that are drawn.

/** @param plot a uPlot @param title the heading @param colours where the theme's colours come from */
export function vector(plot, title, colours) {
  const ratio = devicePixelRatio;
  const [width, height, head] = [Math.round(plot.width), Math.round(plot.height), 34];
  const [left, top, right, bottom] = [plot.bbox.left, plot.bbox.top, plot.bbox.left + plot.bbox.width, plot.bbox.top + plot.bbox.height].map(v => v / ratio);
  const place = (value, scale) => +(plot.valToPos(value, scale, true) / ratio).toFixed(2);
  const text = (x, y, words, anchor, size = 11, colour = "--text-3") =>
    `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" fill="${colours.of(colour)}">${escaped(words)}</text>`;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + head}" viewBox="0 ${-head} ${width} ${height + head}" font-family="Inter, system-ui, sans-serif">`,
    `<rect y="${-head}" width="${width}" height="${height + head}" fill="${colours.of("--surface")}"/>`,
    text(14, -12, title, "start", 13, "--text"),
    `<clipPath id="plot"><rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/></clipPath>`,
  ];
  plot.axes.forEach((axis, i) => {
    const words = axis._values ?? [];
    (axis._splits ?? []).forEach((value, at) => {
      const across = place(value, i === 0 ? "x" : "y");
      parts.push(i === 0
        ? `<path d="M${across} ${top}V${bottom}" stroke="${colours.of("--line")}"/>${text(across, bottom + 18, words[at] ?? "", "middle")}`
        : `<path d="M${left} ${across}H${right}" stroke="${colours.of("--line")}"/>${text(left - 6, across + 4, words[at] ?? "", "end")}`);
    });
  });
  plot.series.slice(1).forEach((series, i) => {
    if (series.show) {
      parts.push(`<path clip-path="url(#plot)" fill="none" stroke-linejoin="round" stroke-width="${series.width}" stroke="${series.stroke(plot, i + 1)}" d="${path(plot.data[0], plot.data[i + 1], place)}"/>`);
    }
  });
  return `${parts.join("\n")}\n</svg>\n`;
}

/** A missing value breaks the line. */
function path(xs, ys, place) {
  let pen = "M";
  let d = "";
  ys.forEach((y, i) => {
    if (y == null) {
      pen = "M";
      return;
    }
    d += `${pen}${place(xs[i], "x")} ${place(y, "y")}`;
    pen = "L";
  });
  return d;
}

function escaped(words) {
  return String(words ?? "").replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);
}
