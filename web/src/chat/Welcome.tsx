import type { ReactNode } from "react";
import { useAskedConnection } from "../catalog/askedConnection";
import { ConnectionChoice } from "../catalog/ConnectionChoice";
import { useUrl } from "../shell/location";
import { useSuggestions } from "./useSuggestions";

export function Welcome({ composer, onAsk }: { composer: ReactNode; onAsk: (question: string) => void }) {
  const connection = useAskedConnection(useUrl());
  const suggestions = useSuggestions(connection.chosen);
  return (
    <section className="welcome" aria-labelledby="welcome-title">
      <h1 id="welcome-title">What would you like to know?</h1>
      <p className="quiet">
        A question becomes a dashboard: checked, priced before it runs, and kept as a file you can read.
      </p>
      {composer}
      <ConnectionChoice {...connection} />
      <ul className="suggestions" aria-label="Example questions">
        {suggestions.map((question) => (
          <li key={question}>
            <button type="button" onClick={() => onAsk(question)}>
              {question}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
