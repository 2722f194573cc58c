import { type FormEvent, useState } from "react";
import type { ApiError } from "../api/client";
import { Mark } from "./Icon";

export function SignIn({
  problem,
  onSignIn,
}: {
  problem: ApiError | null;
  onSignIn: (token: string) => Promise<void>;
}) {
  const [token, setToken] = useState("");
  const [busy, setBusy] = useState(false);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() === "") return;
    setBusy(true);
    void onSignIn(token).finally(() => setBusy(false));
  };

  return (
    <main className="centre">
      <form className="sign-in" onSubmit={submit}>
        <Mark />
        <h1>Sign in to Dashbridge</h1>
        <p className="quiet">
          Open the link that the server printed when it started, or paste its token or an API key here. The
          key of this server is in the file <code>api_key</code> of its data folder.
        </p>
        <label htmlFor="token">Token or API key</label>
        <input
          id="token"
          name="token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={token}
          aria-describedby={problem ? "sign-in-problem" : undefined}
          onChange={(event) => setToken(event.target.value)}
        />
        {problem && (
          <p id="sign-in-problem" className="problem" role="alert">
            {problem.message}{" "}
            {problem.hint ?? "A sign-in link works once: restart the server, or use the API key."}
          </p>
        )}
        <button type="submit" className="button primary" disabled={busy || token.trim() === ""}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}
