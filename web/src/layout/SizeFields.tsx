import { Icon, type IconName } from "../shell/Icon";
import { SelectField } from "./Field";
import type { DashboardFile } from "./file";
import { COLUMNS, find, type Height, resize } from "./grid";
import type { Direction } from "./moves";
import type { Hands } from "./Studio";
import { heightWords, titleOf } from "./words";

interface SizeFieldsProps {
  file: DashboardFile;
  name: string;
  hands: Hands;
}

const MOVES: [Direction, IconName][] = [
  ["left", "chevron"],
  ["right", "chevron"],
  ["up", "up"],
  ["down", "arrowDown"],
];

/** Place and size without dragging. */
export function SizeFields({ file, name, hands }: SizeFieldsProps) {
  const found = find(file.rows, name);
  const row = found && file.rows[found.row];
  if (!found || !row) return null;
  const low = row.items.every((item) => ["metric", "text"].includes(file.views[item.view]?.type ?? ""));
  const widths = Array.from(
    { length: COLUMNS },
    (_, n) => [String(n + 1), `${n + 1} of ${COLUMNS}`] as const,
  );
  const heights = (["sm", "md", "lg"] as const).map((one) => [one, heightWords(one)] as const);
  const height = (value: string) => {
    const next: Height = value === "sm" || value === "md" || value === "lg" ? value : Number(value);
    hands.arrange(
      file.rows.map((one) => (one === row ? { ...one, height: next } : one)),
      name,
    );
  };
  return (
    <fieldset className="edit-group">
      <legend>Place and size</legend>
      <div className="edit-pair">
        <SelectField
          label="Width"
          value={String(found.item.span)}
          options={widths}
          onChange={(value) => hands.arrange(resize(file.rows, name, Number(value), null), name)}
        />
        {!low && (
          <SelectField
            label="Height of its row"
            value={String(row.height)}
            options={
              typeof row.height === "number"
                ? [...heights, [String(row.height), heightWords(row.height)]]
                : heights
            }
            onChange={height}
          />
        )}
      </div>
      <div className="edit-moves" role="group" aria-label={`Move ${titleOf(file, name)}`}>
        {MOVES.map(([direction, icon]) => (
          <button
            key={direction}
            type="button"
            className="icon-button"
            data-direction={direction}
            aria-label={`Move ${direction}`}
            onClick={() => hands.move(name, direction)}
          >
            <Icon name={icon} />
          </button>
        ))}
      </div>
    </fieldset>
  );
}
