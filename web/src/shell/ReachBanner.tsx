import { useReach } from "./reach";

const WORDS = {
  offline: "You are offline. What you see stays; the rest loads when the connection is back.",
  silent: "Dashbridge does not answer. Trying again until it does; nothing you saved is lost.",
};

/** Says that the server is out of reach, and goes away by itself. */
export function ReachBanner() {
  const reach = useReach();
  return (
    <div role="status" className="reach" data-reach={reach}>
      {reach !== "reached" && (
        <p>
          <span className="reach-dot" aria-hidden="true" />
          {WORDS[reach]}
        </p>
      )}
    </div>
  );
}
