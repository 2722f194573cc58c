import { ApiError, getJson, post, send } from "../api/client";
import { keepWritten } from "../shell/written";
import { type FollowOptions, followTurn, type Link, type TurnEvent } from "../stream/follow";
import { readHistory, readTitle } from "./history";
import { applyEvent, failTurn, newTurn, type Turn } from "./transcript";

export interface ConversationState {
  sessionId: string | null;
  title: string | null;
  turns: readonly Turn[];
  busy: boolean;
  link: Link;
  loading: boolean;
  problem: ApiError | null;
}

/** What a question is about: the dashboard and the view that the reader has open, the turn that it asks anew. */
export interface About {
  dashboard?: string | undefined;
  view?: string | undefined;
  supersedes?: string | undefined;
}

const EMPTY: ConversationState = {
  sessionId: null,
  title: null,
  turns: [],
  busy: false,
  link: "live",
  loading: false,
  problem: null,
};

const NOT_SENT = {
  code: "not_sent",
  message: "The question did not reach the server.",
  hint: "Check that this device is online, then try again.",
};

/** One chat session as this page sees it: its turns, and the stream of the one that runs. */
export class Conversation {
  private state = EMPTY;
  private listeners = new Set<() => void>();
  private following = new AbortController();

  /** `pause` is how long to wait between two tries to reach the server; by default as `followTurn` does. */
  constructor(private readonly pause?: NonNullable<FollowOptions["pause"]>) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): ConversationState => this.state;

  /** Shows a stored session and joins its running turn, if there is one; null starts afresh. */
  async open(sessionId: string | null): Promise<void> {
    if (sessionId === this.state.sessionId && this.state.problem === null) return;
    const signal = this.restart();
    this.set({ ...EMPTY, sessionId, loading: sessionId !== null });
    if (sessionId === null) return;
    if (!(await this.load(sessionId, signal))) return;
    const resume = (lastId: string) => this.stream(sessionId, lastId, signal);
    try {
      const first = await resume("");
      if (signal.aborted) return;
      if (first.status === 204) {
        if (this.running()) await this.load(sessionId, signal);
        return;
      }
      // A turn that began after the record was read is in it now, with its question.
      if (!this.running() && !(await this.load(sessionId, signal))) return;
      const running = this.running();
      if (!running) return void first.body?.cancel();
      const before = this.state.turns.filter((turn) => turn !== running);
      this.set({ turns: [...before, newTurn(running.question, running.id)], busy: true });
      await this.follow(sessionId, { open: async () => first, resume }, signal);
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    }
  }

  /**
   * Asks; `onSession` learns the id of a session that this began, which is about `connection` where no dashboard says
   * so. A turn that never began gives way.
   */
  async ask(
    question: string,
    about: About,
    onSession: (id: string) => void,
    connection: () => Promise<string | null> = async () => null,
  ): Promise<void> {
    if (this.state.busy) return;
    const signal = this.restart();
    const before = this.state.turns.filter((turn) => turn.id !== null);
    const turn = { ...newTurn(question), view: about.view ?? null, supersedes: about.supersedes ?? null };
    this.set({ turns: [...before, turn], busy: true, link: "live", problem: null });
    try {
      const sessionId = this.state.sessionId ?? (await this.begin(question, about, onSession, connection));
      const body = { message: question, ...about };
      const open = () =>
        post(`${path(sessionId)}/messages`, body, { headers: { Accept: "text/event-stream" }, signal });
      await this.follow(
        sessionId,
        { open, resume: (lastId) => this.stream(sessionId, lastId, signal) },
        signal,
      );
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status === 401) this.takeBack(question, before);
      else this.fail(error);
    }
  }

  /** The session has ended before the question was heard: it is to be written again once there is another. */
  private takeBack(question: string, turns: readonly Turn[]): void {
    keepWritten(question);
    this.set({ turns, busy: false, link: "live" });
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

  /** The session got another name, here or in the list. */
  named(sessionId: string, title: string): void {
    if (sessionId === this.state.sessionId) this.set({ title });
  }

  private async begin(
    question: string,
    about: About,
    onSession: (id: string) => void,
    connection: () => Promise<string | null>,
  ): Promise<string> {
    const other = about.dashboard ? null : await connection();
    const beside = about.dashboard
      ? { dashboard: about.dashboard }
      : other === null
        ? {}
        : { connection: other };
    const response = await post("/v1/chat/sessions", beside);
    const { session_id: sessionId } = (await response.json()) as { session_id: string };
    this.set({ sessionId, title: question.trim().slice(0, 80) });
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
      ...(this.pause && { pause: this.pause }),
      signal,
      onEvent: (event) => this.apply(event),
      onLink: (link) => this.set({ link }),
    });
    if (signal.aborted) return;
    if (outcome === "idle") await this.catchUp(sessionId, signal);
    if (outcome === "lost") this.changeLast((turn) => failed(turn, NOT_SENT));
    this.set({ busy: false, link: "live" });
  }

  /** The turn ended while we were away; or it never began, and then the record does not know it. */
  private async catchUp(sessionId: string, signal: AbortSignal): Promise<void> {
    const asked = this.state.turns.at(-1);
    const known = new Set(this.state.turns.flatMap((turn) => turn.id ?? []));
    if (!(await this.load(sessionId, signal)) || asked?.id !== null) return;
    const newest = this.state.turns.at(-1);
    if (!newest?.id || known.has(newest.id))
      this.set({ turns: [...this.state.turns, failed(asked, NOT_SENT)] });
  }

  private async load(sessionId: string, signal: AbortSignal): Promise<boolean> {
    try {
      const session = await getJson<unknown>(path(sessionId), signal);
      this.set({ turns: readHistory(session), title: readTitle(session), loading: false });
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

  private running(): Turn | undefined {
    return this.state.turns.find((turn) => turn.state === "running");
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
    this.changeLast((turn) => failed(turn, problem));
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

export function path(sessionId: string): string {
  return `/v1/chat/sessions/${encodeURIComponent(sessionId)}`;
}

function failed(turn: Turn, { code, message, hint }: Pick<ApiError, "code" | "message" | "hint">): Turn {
  return failTurn(turn, code, message, hint);
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, "unexpected", String(error));
}
