import { useEffect, useState } from "react";
import { ApiError, getJson, post, whenUnauthorised } from "../api/client";
import type { Me } from "../api/types";
import { go, readSignIn } from "./location";

export type SessionState =
  | { state: "asking" }
  | { state: "in"; me: Me }
  | { state: "out"; problem: ApiError | null }
  | { state: "unreachable"; problem: ApiError };

/** Who is signed in; a sign-in link in the URL is used up and removed first. */
export function useSession(): {
  session: SessionState;
  signIn: (token: string) => Promise<void>;
  signOut: () => void;
} {
  const [session, setSession] = useState<SessionState>({ state: "asking" });

  useEffect(() => {
    let current = true;
    const set = (next: SessionState) => current && setSession(next);
    whenUnauthorised(() => set({ state: "out", problem: null }));
    void begin().then(set);
    // A link opened in a tab that shows the page already changes the fragment without loading anything.
    const onLink = () => {
      const { token, clean } = readSignIn(window.location.href);
      if (token === null) return;
      go(clean, "replace");
      void enter(token).then(set);
    };
    window.addEventListener("hashchange", onLink);
    return () => {
      current = false;
      window.removeEventListener("hashchange", onLink);
    };
  }, []);

  return {
    session,
    signIn: async (token) => setSession(await enter(token)),
    signOut: () => {
      void post("/v1/sign-out").finally(() => setSession({ state: "out", problem: null }));
    },
  };
}

let beginning: Promise<SessionState> | null = null;

/** Once per page load: the token of a link works one time only. */
function begin(): Promise<SessionState> {
  beginning ??= (async () => {
    const { token, clean } = readSignIn(window.location.href);
    if (token === null) return await whoAmI(null);
    go(clean, "replace");
    return await enter(token);
  })();
  return beginning;
}

async function enter(token: string): Promise<SessionState> {
  try {
    await post("/v1/sign-in", { token: token.trim() });
  } catch (error) {
    return await whoAmI(asApiError(error));
  }
  return await whoAmI(null);
}

async function whoAmI(problem: ApiError | null): Promise<SessionState> {
  try {
    return { state: "in", me: await getJson<Me>("/v1/me") };
  } catch (error) {
    const failure = asApiError(error);
    if (failure.status === 401) return { state: "out", problem };
    return { state: "unreachable", problem: failure };
  }
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, "unexpected", String(error));
}
