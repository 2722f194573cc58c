import { useState } from "react";
import type { DashboardPageSpec } from "../api/types";
import { useOpened } from "../editor/useOpened";
import { wordsOf } from "../editor/useSaving";
import { useMay } from "../shell/me";
import { Notice } from "../shell/Notice";
import { readFile } from "./file";
import { Studio } from "./Studio";
import { FileProblem } from "./splice";
import "../styles/editor.css";
import "../styles/layout.css";

interface EditModeProps {
  slug: string;
  revision: number;
  /** What is drawn until the first preview comes. */
  page: DashboardPageSpec;
  onClose: () => void;
}

/** The dashboard's page, to be arranged by hand. Everything it does is an edit of the dashboard's file. */
export default function EditMode({ slug, revision, page, onClose }: EditModeProps) {
  const [first] = useState(revision);
  const editable = useMay("edit");
  const opened = useOpened(slug, first);
  if (!editable)
    return (
      <Refusal
        title="You may read this dashboard"
        message="Editors of the team may change it."
        onClose={onClose}
      />
    );
  if (opened.isError)
    return <Refusal title="The file could not be opened" message={wordsOf(opened.error)} onClose={onClose} />;
  if (!opened.data)
    return (
      <section className="edit" aria-label="Edit the page" aria-busy="true">
        <div className="edit-bar" />
        <div className="edit-canvas bone" />
      </section>
    );
  const problem = unreadable(opened.data.text);
  if (problem !== null)
    return (
      <Refusal
        title="This file cannot be edited here"
        message={`${problem} Open its YAML to mend it.`}
        onClose={onClose}
      />
    );
  return <Studio slug={slug} opened={opened.data} page={page} onClose={onClose} />;
}

function Refusal({ title, message, onClose }: { title: string; message: string; onClose: () => void }) {
  return (
    <section className="edit centre" aria-label="Edit the page">
      <Notice title={title} message={message} action={{ label: "Back to the page", run: onClose }} />
    </section>
  );
}

function unreadable(text: string): string | null {
  try {
    readFile(text);
    return null;
  } catch (error) {
    if (error instanceof FileProblem) return error.message;
    throw error;
  }
}
