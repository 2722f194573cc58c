import { useEffect, useState } from "react";
import { type Outline, outlineOf } from "./outline";

interface DraftPaneProps {
  busy: boolean;
  /** The file that the running turn has written so far. */
  file: string | null;
  /** The change that made the dashboard was undone. */
  gone: boolean;
  /** Whether there may be one in a moment. */
  waiting: boolean;
}

/** Stands where the dashboard will be, so that nothing moves when it comes; takes its shape once a file is written. */
export function DraftPane({ busy, file, gone, waiting }: DraftPaneProps) {
  const outline = useOutline(file);
  if (outline && busy)
    return (
      <div className="draft" data-busy="true" data-outline="true">
        <h1 className="draft-title" dir="auto">
          {outline.title || "A new dashboard"}
        </h1>
        {outline.rows.map((row, index) => (
          <div key={index} className="draft-row" data-height={row.height}>
            {row.items.map((item, place) => (
              <div key={place} className="ghost" style={{ gridColumn: `span ${item.span}` }}>
                <span className="ghost-title" dir="auto">
                  {item.title}
                </span>
                <span className="quiet">{item.type}</span>
              </div>
            ))}
          </div>
        ))}
        <p className="quiet">Checking it before it is saved…</p>
      </div>
    );
  return (
    <div className="draft" data-busy={busy || waiting}>
      <h1 className="hidden">A new dashboard</h1>
      <div className="draft-grid" aria-hidden="true">
        <span className="ghost" />
        <span className="ghost" />
        <span className="ghost" />
        <span className="ghost wide" />
        <span className="ghost half" />
        <span className="ghost half" />
      </div>
      <p className="quiet">{waiting ? "" : words(busy, gone)}</p>
    </div>
  );
}

function words(busy: boolean, gone: boolean): string {
  if (busy) return "The dashboard appears here when it is saved.";
  return gone ? "The dashboard was taken away. Redo the change to have it back." : "No dashboard yet.";
}

function useOutline(file: string | null): Outline | null {
  const [outline, setOutline] = useState<Outline | null>(null);
  useEffect(() => {
    if (file === null) return setOutline(null);
    let current = true;
    void import("yaml").then(({ parse }) => {
      try {
        const read = outlineOf(parse(file, { maxAliasCount: 20, logLevel: "silent" }));
        if (current && read) setOutline(read);
      } catch {
        // A file that cannot be read has no shape; the server says why.
      }
    });
    return () => {
      current = false;
    };
  }, [file]);
  return outline;
}
