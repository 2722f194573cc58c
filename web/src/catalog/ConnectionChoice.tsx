import type { AskedConnection } from "./askedConnection";

/** Which of the team's connections a new question is about; nothing where there is but one. */
export function ConnectionChoice({ names, chosen, choose }: AskedConnection) {
  if (chosen === null) return null;
  return (
    <div className="connection-choice">
      <label htmlFor="asked-connection">Ask about</label>
      <select id="asked-connection" value={chosen} onChange={(event) => choose(event.target.value)}>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </div>
  );
}
