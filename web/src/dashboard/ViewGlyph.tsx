const SHAPES: Record<string, string> = {
  metric: "M4 9h10M4 14h18",
  line: "M3 17l6-6 4 3 10-9",
  area: "M3 17l6-6 4 3 10-9v14H3z",
  bar: "M5 19V11M10 19V7M15 19v-6M20 19V4",
  scatter: "M6 15h.01M10 9h.01M14 13h.01M19 6h.01M8 18h.01M18 16h.01",
  pie: "M13 12V4a8 8 0 1 1-8 8h8Z",
  heatmap: "M4 5h5v5H4zM11 5h5v5h-5zM4 12h5v5H4zM18 12h4v5h-4z",
  table: "M4 5h18v14H4zM4 10h18M11 5v14",
  text: "M4 6h18M4 11h14M4 16h16",
};

/** A small sign for a kind of view. */
export function ViewGlyph({ type }: { type: string }) {
  return (
    <svg
      className="glyph"
      data-type={type}
      width="26"
      height="24"
      viewBox="0 0 26 24"
      focusable="false"
      aria-hidden="true"
    >
      <path d={SHAPES[type] ?? SHAPES.text} />
    </svg>
  );
}
