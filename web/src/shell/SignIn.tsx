import { type FormEvent, useState } from "react";
import type { ApiError } from "../api/client";
import { Icon, Mark } from "./Icon";
import { tokenIn } from "./signInToken";
import { useTitle } from "./useArrival";

interface SignInProps {
  problem: ApiError | null;
  /** Why someone who was in is out. */
  why: "ended" | "left" | undefined;
  onSignIn: (token: string) => Promise<void>;
}

const WHY = {
  ended: "Your session has ended. Sign in again and you are back on this page.",
  left: "You are signed out.",
};

export function SignIn({ problem, why, onSignIn }: SignInProps) {
  const [token, setToken] = useState("");
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  useTitle("Sign in");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const entered = tokenIn(token);
    if (entered === "" || busy) return;
    setBusy(true);
    void onSignIn(entered).finally(() => setBusy(false));
  };

  return (
    <main className="centre lone">
      <form className="sign-in" onSubmit={submit}>
        <Mark />
        <h1>Sign in to Dashbridge</h1>
        {why && !problem && (
          <p className="sign-in-why" role="status">
            {WHY[why]}
          </p>
        )}
        <p className="quiet">Open the link the server printed when it started, or paste it here.</p>
        <label htmlFor="token">Token or API key</label>
        <div className="secret">
          <input
            id="token"
            name="token"
            type={shown ? "text" : "password"}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            // biome-ignore lint/a11y/noAutofocus: the only field of the page
            autoFocus
            value={token}
            aria-invalid={problem !== null}
            aria-describedby={problem ? "sign-in-problem" : "sign-in-where"}
            onChange={(event) => setToken(event.target.value)}
          />
          <button type="button" className="text-button" aria-pressed={shown} onClick={() => setShown(!shown)}>
            {shown ? "Hide" : "Show"}
          </button>
        </div>
        {problem && <Problem problem={problem} />}
        <button type="submit" className="button primary" disabled={busy || token.trim() === ""}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
        <details className="sign-in-help" id="sign-in-where">
          <summary>
            <Icon name="chevron" size={14} /> Where do I find it?
          </summary>
          <ul>
            <li>
              The terminal where Dashbridge was started shows a line <code>Open http://…/#sign-in=…</code>.
              Its token works once.
            </li>
            <li>
              The key in the file <code>api_key</code> of the server’s data folder works any number of times.
            </li>
            <li>If you have neither, ask whoever runs this server.</li>
          </ul>
        </details>
      </form>
    </main>
  );
}

function Problem({ problem }: { problem: ApiError }) {
  const refused = problem.status === 401 || problem.status === 422;
  return (
    <div id="sign-in-problem" className="problem-box" role="alert">
      <p className="problem">{problem.message}</p>
      <p className="quiet">
        {refused
          ? "A sign-in link works once. Restart the server for a new one, or use the API key."
          : (problem.hint ?? "Try again in a moment.")}
      </p>
    </div>
  );
}
