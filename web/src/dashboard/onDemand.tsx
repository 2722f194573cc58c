import { type ComponentType, useSyncExternalStore } from "react";
import { counted } from "../views/drawing";
import { Loading } from "./Loading";

/** A component from a chunk of its own, and how to have the chunk fetched before it is needed. */
export interface OnDemand<Props> {
  Component: ComponentType<Props>;
  fetch: () => Promise<void>;
}

type State<Props> = { found: ComponentType<Props> } | { failure: unknown } | null;

/** React's own `lazy` keeps what has come hidden for up to 300 ms once a fallback was shown; this shows it at once. */
export function onDemand<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): OnDemand<Props> {
  let state: State<Props> = null;
  let loading: Promise<void> | null = null;
  const listeners = new Set<() => void>();
  const become = (next: State<Props>) => {
    state = next;
    for (const listener of listeners) listener();
  };
  const fetch = () => {
    loading ??= counted(load()).then(
      (chunk) => become({ found: chunk.default }),
      (failure: unknown) => become({ failure }),
    );
    return loading;
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    void fetch();
    return () => void listeners.delete(listener);
  };
  function Component(props: Props) {
    const now = useSyncExternalStore(subscribe, () => state);
    if (now === null) return <Loading />;
    if ("failure" in now) throw now.failure;
    return <now.found {...props} />;
  }
  return { Component, fetch };
}
