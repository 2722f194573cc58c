import { useQuery } from "@tanstack/react-query";
import { readDraft, toEditor } from "./drafts";
import { askFile } from "./revisions";
import type { Base } from "./saving";

export interface Opened {
  base: Base;
  /** What the editor begins with. */
  text: string;
  /** Whether that is what this tab kept of an earlier visit. */
  restored: boolean;
}

/**
 * The file of a revision, or what was written here and not saved.
 *
 * A kept draft counts only if what it was begun from is still what the server has under that revision: another person
 * may have signed in, and another dashboard may bear the slug.
 */
export function useOpened(slug: string, revision: number) {
  return useQuery({
    queryKey: ["opened", slug, revision],
    queryFn: async ({ signal }): Promise<Opened> => {
      const draft = readDraft(slug, window.sessionStorage);
      if (draft) {
        const file = await askFile(slug, draft.revision, signal).catch(() => null);
        if (file === draft.base)
          return { base: { revision: draft.revision, file }, text: draft.text, restored: true };
      }
      const file = await askFile(slug, revision, signal);
      return { base: { revision, file }, text: toEditor(file), restored: false };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}
