import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, getJson, post, send } from "../api/client";
import { quoted } from "../format/quoted";
import { tell } from "../shell/toast";
import { path } from "./conversation";

export interface SessionEntry {
  session_id: string;
  title: string | null;
  dashboard: string | null;
  updated_at: string;
}

const KEY = ["chat sessions"];

/** The reader's own conversations that have begun, the last used first. */
export function useSessions(enabled = true) {
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const { sessions } = await getJson<{ sessions: SessionEntry[] }>("/v1/chat/sessions", signal);
      return sessions.filter((it) => it.title !== null);
    },
    refetchOnMount: "always",
    enabled,
  });
}

function change(client: QueryClient, how: (all: SessionEntry[]) => SessionEntry[]): void {
  client.setQueryData<SessionEntry[]>(KEY, (all) => all && how(all));
}

function complain(doing: string, error: unknown): void {
  const hint = error instanceof ApiError && error.hint ? ` ${error.hint}` : "";
  tell({ text: `${doing}: ${error instanceof Error ? error.message : String(error)}${hint}`, bad: true });
}

export function useRenameSession(onDone: (id: string, title: string) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, title }: { id: string; title: string }) =>
      send(path(id), {
        method: "PATCH",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ title }),
      }),
    onMutate: ({ id, title }) =>
      change(client, (all) => all.map((it) => (it.session_id === id ? { ...it, title } : it))),
    onSuccess: (_, { id, title }) => onDone(id, title),
    onError: (error) => complain("The conversation could not be renamed", error),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** Takes a conversation off the list at once, with a way back. */
export function useDeleteSession(onDone: (id: string) => void) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: KEY });
  const bringBack = (id: string) =>
    post(`${path(id)}/undelete`)
      .then(
        () => tell({ text: "The conversation is back." }),
        (error) => complain("The conversation could not be brought back", error),
      )
      .then(refresh);
  return useMutation({
    mutationFn: ({ session_id }: SessionEntry) => send(path(session_id), { method: "DELETE" }),
    onMutate: async ({ session_id }) => {
      await client.cancelQueries({ queryKey: KEY });
      change(client, (all) => all.filter((it) => it.session_id !== session_id));
    },
    onSuccess: (_, { session_id, title }) => {
      onDone(session_id);
      tell({
        text: `${quoted(title ?? "")} is deleted.`,
        action: { label: "Undo", run: () => void bringBack(session_id) },
      });
    },
    onError: (error) => complain("The conversation could not be deleted", error),
    onSettled: refresh,
  });
}
