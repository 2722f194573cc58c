import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { ApiError, getJson, post, whenUnauthorised } from "../api/client";
import type { Me } from "../api/types";
import { go, readSignIn } from "./location";
import { forgetWritten, writtenBy } from "./written";

export type SessionState =
  | { state: "asking" }
  | { state: "in"; me: Me }
  | { state: "out"; problem: ApiError | null; why?: "ended" | "left" }
  | { state: "unreachable"; problem: ApiError };

interface Session {
  session: SessionState;
  signIn: (token: string) => Promise<void>;
  signOut: () => void;
  retry: () => Promise<void>;
}

/** Who is signed in; a sign-in link in the URL is used up and removed first. What one person read, the next does not see. */
export function useSession(): Session {
  const [session, setSession] = useState<SessionState>(begun ?? { state: "asking" });
  const queries = useQueryClient();

  useEffect(() => {
    let current = true;
    const set = (next: SessionState | ((before: SessionState) => SessionState)) =>
      current && setSession(next);
    whenUnauthorised(() =>
      set((before) => ({ state: "out", problem: null, ...(before.state === "in" && { why: "ended" }) })),
    );
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

  const out = session.state === "out";
  useEffect(() => {
    if (out) queries.clear();
  }, [out, queries]);

  const signIn = useCallback(async (token: string) => setSession(await enter(token)), []);
  const signOut = useCallback(() => {
    forgetWritten();
    void post("/v1/sign-out")
      .catch(() => undefined)
      .then(() => setSession({ state: "out", problem: null, why: "left" }));
  }, []);
  const retry = useCallback(async () => setSession(await whoAmI(null)), []);
  return { session, signIn, signOut, retry };
}

let beginning: Promise<SessionState> | null = null;
let begun: SessionState | null = null;

/** Once per page load: the token of a link works one time only. */
export function begin(): Promise<SessionState> {
  beginning ??= (async () => {
    const { token, clean } = readSignIn(window.location.href);
    if (token !== null) go(clean, "replace");
    begun = await (token === null ? whoAmI(null) : enter(token));
    return begun;
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
    const me = await getJson<Me>("/v1/me");
    writtenBy(`${me.team} ${me.name}`);
    return { state: "in", me };
  } catch (error) {
    const failure = asApiError(error);
    if (failure.status === 401) return { state: "out", problem };
    return { state: "unreachable", problem: failure };
  }
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, "unexpected", String(error));
}
