export type Values = Record<string, unknown>;

/** Brings a mark's place and size together, from whichever of both ends, middle and size its encoding gives. */
export function spanned(channels: Record<string, unknown>, swap: boolean): ((item: Values) => void) | null {
  const settlers = [
    [channels.x2, channels.x, channels.xc, "x", "x2", "xc", "width"],
    [channels.y2, channels.y, channels.yc, "y", "y2", "yc", "height"],
  ].flatMap(([end, start, middle, from, to, centre, size]) =>
    end || middle
      ? [
          (item: Values) =>
            settle(item as Record<string, number>, { end, start, middle }, swap, [
              from,
              to,
              centre,
              size,
            ] as Names),
        ]
      : [],
  );
  if (settlers.length === 0) return null;
  return (item) => {
    for (const one of settlers) one(item);
  };
}

type Names = [string, string, string, string];

function settle(
  item: Record<string, number>,
  given: { end: unknown; start: unknown; middle: unknown },
  swap: boolean,
  [from, to, centre, size]: Names,
): void {
  if (given.end && given.start) {
    const [a, b] = [item[from] as number, item[to] as number];
    if (swap && a > b) [item[from], item[to]] = [b, a];
    item[size] = (item[to] as number) - (item[from] as number);
  } else if (given.end) item[from] = (item[to] as number) - (item[size] || 0);
  if (given.middle) item[from] = (item[centre] as number) - (item[size] || 0) / 2;
}
