import { applyEvent, newTurn, type Turn } from "./transcript";

/** A stored session as turns: each is its question and the events that followed, as they were streamed. */
export function readHistory(session: unknown): Turn[] {
  const turns = asRecord(session).turns;
  if (!Array.isArray(turns)) return [];
  return turns.map((entry) => {
    const stored = asRecord(entry);
    const question = typeof stored.message === "string" ? stored.message : "";
    const id = typeof stored.turn_id === "string" ? stored.turn_id : null;
    const events = Array.isArray(stored.events) ? stored.events : [];
    const turn = events.reduce<Turn>(
      (before, raw) => {
        const event = asRecord(raw);
        return applyEvent(before, {
          id: String(event.id ?? ""),
          event: String(event.event ?? ""),
          data: asRecord(event.data),
        });
      },
      newTurn(question, id),
    );
    return turn.state === "running" && stored.status !== "running" ? { ...turn, state: "stopped" } : turn;
  });
}

export function readTitle(session: unknown): string | null {
  const title = asRecord(session).title;
  return typeof title === "string" && title.trim() !== "" ? title : null;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
