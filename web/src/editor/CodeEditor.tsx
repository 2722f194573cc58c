import { setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import schema from "../../../schemas/dashboard.schema.json";
import type { Known } from "./complete";
import { Outline } from "./outline";
import { type Problem, spanOf } from "./problems";
import type { Schema } from "./schema";
import { asDiagnostics, looks, readOnly, writing } from "./setup";

export interface EditorHandle {
  focus: () => void;
  /** Puts another text in place of all there is; undo brings it back. */
  replace: (text: string) => void;
  jump: (problem: Problem) => void;
}

interface CodeEditorProps {
  label: string;
  /** What it begins with; later changes of it are not followed. */
  text: string;
  editable: boolean;
  problems: Problem[];
  known: Known;
  describedBy: string;
  onChange: (text: string) => void;
  onSave: () => void;
  ref: Ref<EditorHandle>;
}

/** The editor of a dashboard file. */
export function CodeEditor(props: CodeEditorProps) {
  const { label, editable, problems, describedBy, ref } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    if (!host.current) return;
    const hooks = {
      schema: schema as Schema,
      known: () => latest.current.known,
      onChange: (text: string) => latest.current.onChange(text),
      onSave: () => latest.current.onSave(),
    };
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          looks(label),
          EditorView.contentAttributes.of({ "aria-describedby": describedBy }),
          editable ? writing(hooks) : readOnly(),
        ],
      }),
    });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, [label, editable, describedBy]);

  useEffect(() => {
    const { current } = view;
    if (current)
      current.dispatch(setDiagnostics(current.state, asDiagnostics(current.state.doc.toString(), problems)));
  }, [problems]);

  useImperativeHandle(ref, () => ({
    focus: () => view.current?.focus(),
    replace: (text) => {
      const { current } = view;
      current?.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: text } });
    },
    jump: (problem) => {
      const { current } = view;
      if (!current) return;
      const text = current.state.doc.toString();
      const { from } = spanOf(text, problem, new Outline(text));
      current.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: "center" }),
      });
      current.focus();
    },
  }));

  return <div className="code-editor" ref={host} />;
}
