import { ApiError, getJson, post, send } from "../api/client";
import { type FollowOptions, followTurn, type TurnEvent } from "../stream/follow";
import { readHistory } from "./history";
import { applyEvent, failTurn, newTurn, type Turn } from "./transcript";

export interface ConversationState {
  sessionId: string | null;
  turns: readonly Turn[];
  busy: boolean;
  link: "live" | "lost";
  loading: boolean;
  problem: ApiError | null;
}

/** The dashboard that the reader has open. */
export interface About {
  dashboard?: string;
}

const EMPTY: ConversationState = {
  sessionId: null,
  turns: [],
  busy: false,
  link: "live",
  loading: false,
  problem: null,
};

const LOST = {
  code: "connection_lost",
  message: "The connection to the server was lost.",
  hint: "The turn goes on without this page. Reload to see where it is.",
};

/** One chat session as this page sees it: its turns, and the stream of the one that runs. */
export class Conversation {
  private state = EMPTY;
  private listeners = new Set<() => void>();
  private following = new AbortController();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): ConversationState => this.state;

  /** Shows a stored session and joins its running turn, if there is one; null starts afresh. */
  async open(sessionId: string | null): Promise<void> {
    if (sessionId === this.state.sessionId) return;
    const signal = this.restart();
    this.set({ ...EMPTY, sessionId, loading: sessionId !== null });
    if (sessionId === null) return;
    if (!(await this.load(sessionId, signal))) return;
    const resume = (lastId: string) => this.stream(sessionId, lastId, signal);
    try {
      const first = await resume("");
      if (signal.aborted) return;
      if (first.status === 204) {
        if (this.state.turns.some((turn) => turn.state === "running")) await this.load(sessionId, signal);
        return;
      }
      const before = this.state.turns.filter((turn) => turn.state !== "running");
      const running = this.state.turns.find((turn) => turn.state === "running");
      const question = running?.question || lastAsked(sessionId);
      this.set({ turns: [...before, newTurn(question, running?.id ?? null)], busy: true });
      await this.follow(sessionId, { open: async () => first, resume }, signal);
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    }
  }

  /** Asks; `onSession` learns the id of a session that this began. */
  async ask(question: string, about: About, onSession: (id: string) => void): Promise<void> {
    if (this.state.busy) return;
    const signal = this.restart();
    this.set({ turns: [...this.state.turns, newTurn(question)], busy: true, link: "live", problem: null });
    try {
      const sessionId = this.state.sessionId ?? (await this.begin(about, onSession));
      rememberAsked(sessionId, question);
      const body = { message: question, ...about };
      const open = () =>
        post(`${path(sessionId)}/messages`, body, { headers: { Accept: "text/event-stream" }, signal });
      await this.follow(
        sessionId,
        { open, resume: (lastId) => this.stream(sessionId, lastId, signal) },
        signal,
      );
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    }
  }

  /** Asks the server to end the running turn; its last event then comes by the stream. */
  async stop(): Promise<void> {
    const { sessionId, busy } = this.state;
    if (!busy || sessionId === null) return;
    try {
      await post(`${path(sessionId)}/stop`);
    } catch (error) {
      this.set({ problem: asApiError(error) });
    }
  }

  private async begin(about: About, onSession: (id: string) => void): Promise<string> {
    const response = await post("/v1/chat/sessions", about);
    const { session_id: sessionId } = (await response.json()) as { session_id: string };
    this.set({ sessionId });
    onSession(sessionId);
    return sessionId;
  }

  private async follow(
    sessionId: string,
    how: Pick<FollowOptions, "open" | "resume">,
    signal: AbortSignal,
  ): Promise<void> {
    const outcome = await followTurn({
      ...how,
      signal,
      onEvent: (event) => this.apply(event),
      onLink: (link) => this.set({ link }),
    });
    if (signal.aborted) return;
    if (outcome === "idle") await this.load(sessionId, signal);
    if (outcome === "lost") this.changeLast((turn) => failTurn(turn, LOST.code, LOST.message, LOST.hint));
    this.set({ busy: false, link: "live" });
  }

  private async load(sessionId: string, signal: AbortSignal): Promise<boolean> {
    try {
      const session = await getJson<unknown>(path(sessionId), signal);
      this.set({ turns: readHistory(session), loading: false });
      return true;
    } catch (error) {
      if (!signal.aborted) this.set({ loading: false, problem: asApiError(error) });
      return false;
    }
  }

  private stream(sessionId: string, lastId: string, signal: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (lastId !== "") headers["Last-Event-ID"] = lastId;
    return send(`${path(sessionId)}/stream`, { headers, signal });
  }

  private restart(): AbortSignal {
    this.following.abort();
    this.following = new AbortController();
    return this.following.signal;
  }

  private apply(event: TurnEvent): void {
    this.changeLast((turn) => applyEvent(turn, event));
  }

  private fail(error: unknown): void {
    const problem = asApiError(error);
    this.changeLast((turn) => failTurn(turn, problem.code, problem.message, problem.hint));
    this.set({ busy: false, link: "live" });
  }

  private changeLast(change: (turn: Turn) => Turn): void {
    const last = this.state.turns.at(-1);
    if (last) this.set({ turns: [...this.state.turns.slice(0, -1), change(last)] });
  }

  private set(change: Partial<ConversationState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

function path(sessionId: string): string {
  return `/v1/chat/sessions/${encodeURIComponent(sessionId)}`;
}

const ASKED = "dashbridge.asked.";

/** A running turn's question is in the server's record only once it ended; a reload needs it before. */
function rememberAsked(sessionId: string, question: string): void {
  window.sessionStorage.setItem(ASKED + sessionId, question);
}

function lastAsked(sessionId: string): string {
  return window.sessionStorage.getItem(ASKED + sessionId) ?? "";
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, "unexpected", String(error));
}
