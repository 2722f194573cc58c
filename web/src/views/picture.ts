import type { View } from "vega";
import type { Palette } from "./chartTheme";

/** Makes a file of the chart as it stands, under a title. */
export type Picture = (kind: "png" | "svg", title: string) => Promise<Blob>;

const HEAD_PX = 40;
const EDGE_PX = 16;
const SCALE = 2;
const FONT = '"Inter", system-ui, sans-serif';
const CHAR_PX = 8.2;

/** The drawn view on the page's surface, its title above it. */
export async function pictureOf(
  view: View,
  kind: "png" | "svg",
  title: string,
  { surface, ink }: Palette,
): Promise<Blob> {
  const words = cut(title, view.width() + 2 * EDGE_PX);
  if (kind === "svg") {
    const svg = framed(await view.toSVG(), words, surface, ink);
    return new Blob([svg], { type: "image/svg+xml" });
  }
  const chart = (await view.toCanvas(SCALE)) as unknown as HTMLCanvasElement;
  const canvas = document.createElement("canvas");
  canvas.width = chart.width + 2 * EDGE_PX * SCALE;
  canvas.height = chart.height + (HEAD_PX + EDGE_PX) * SCALE;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("This browser cannot draw pictures.");
  pen.fillStyle = surface;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(chart, EDGE_PX * SCALE, HEAD_PX * SCALE);
  pen.scale(SCALE, SCALE);
  pen.fillStyle = ink;
  pen.font = `600 15px ${FONT}`;
  pen.fillText(words, EDGE_PX, 26);
  return await new Promise((done, fail) =>
    canvas.toBlob(
      (blob) => (blob ? done(blob) : fail(new Error("The picture is too large for this browser."))),
      "image/png",
    ),
  );
}

/** A chart's SVG within another that holds its title. */
export function framed(svg: string, title: string, surface: string, ink: string): string {
  const size = (name: string) => Number(new RegExp(`^<svg[^>]*\\s${name}="([\\d.]+)"`).exec(svg)?.[1] ?? 0);
  const width = size("width") + 2 * EDGE_PX;
  const height = size("height") + HEAD_PX + EDGE_PX;
  const font = escaped(FONT);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" fill="${escaped(surface)}"/>`,
    `<text x="${EDGE_PX}" y="26" font-family="${font}" font-size="15" font-weight="600" fill="${escaped(ink)}">`,
    `${escaped(title)}</text><g transform="translate(${EDGE_PX},${HEAD_PX})">${svg}</g></svg>`,
  ].join("");
}

function cut(title: string, width: number): string {
  const most = Math.max(8, Math.floor(width / CHAR_PX));
  return title.length <= most ? title : `${title.slice(0, most - 1).trimEnd()}…`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML allows none of them
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function escaped(text: string): string {
  return text
    .replace(FORBIDDEN, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
