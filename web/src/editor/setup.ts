import {
  acceptCompletion,
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  pickedCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type Known, type Suggestion, suggest } from "./complete";
import { Outline } from "./outline";
import { type Problem, spanOf } from "./problems";
import type { Schema } from "./schema";
import { typeOver } from "./typeOver";

const ink = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-key)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--code-value)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--ink-3)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.bracket, tags.meta], color: "var(--ink-3)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

/** The nonce by which the page's policy lets the editor's own styles in. */
function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
}

/** What a file looks like, read or written. */
export function looks(label: string): Extension {
  return [
    EditorView.cspNonce.of(nonce()),
    lineNumbers(),
    highlightSpecialChars(),
    yaml(),
    syntaxHighlighting(ink),
    EditorView.lineWrapping,
    EditorState.tabSize.of(2),
    indentUnit.of("  "),
    EditorView.contentAttributes.of({
      "aria-label": label,
      spellcheck: "false",
      translate: "no",
      tabindex: "0",
    }),
  ];
}

export function readOnly(): Extension {
  return [EditorState.readOnly.of(true), EditorView.editable.of(false)];
}

export interface WritingHooks {
  onChange: (text: string) => void;
  onSave: () => void;
  schema: Schema;
  known: () => Known;
}

/** All that writing a dashboard file needs. */
export function writing({ onChange, onSave, schema, known }: WritingHooks): Extension {
  return [
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    typeOver(),
    foldGutter(),
    drawSelection(),
    EditorState.allowMultipleSelections.of(true),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightSelectionMatches(),
    search({ top: true }),
    lintGutter(),
    autocompletion({
      override: [(context) => complete(context, schema, known())],
      icons: false,
      activateOnTyping: true,
      optionClass: (option) => `completion-${option.type ?? "text"}`,
    }),
    keymap.of([
      {
        key: "Mod-s",
        preventDefault: true,
        run: () => {
          onSave();
          return true;
        },
      },
      // Escape before Tab lets Tab go on to the next control: the editor itself sees to that.
      { key: "Tab", run: (view) => acceptCompletion(view) || indentMore(view), shift: indentLess },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...lintKeymap,
      ...defaultKeymap,
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
  ];
}

function complete(context: CompletionContext, schema: Schema, known: Known): CompletionResult | null {
  const found = suggest(context.state.doc.toString(), context.pos, schema, known);
  if (!found) return null;
  const typed = context.state.sliceDoc(found.from, context.pos);
  if (
    !context.explicit &&
    typed === "" &&
    !/[:(.]\s?$/.test(context.state.sliceDoc(0, context.pos).slice(-2))
  )
    return null;
  return {
    from: found.from,
    ...(found.to !== context.pos && { to: found.to }),
    options: found.options.map(asCompletion),
    validFor: /^[\w-]*$/,
  };
}

/** Suggestions stand in their own order: the schema's, or the file's. */
function asCompletion({ label, insert, kind, detail, info, goesOn }: Suggestion, index: number): Completion {
  return {
    label,
    boost: -Math.min(index, 99),
    type: kind,
    ...(detail !== undefined && { detail }),
    ...(info !== undefined && { info }),
    apply: (view, completion, from, to) => {
      const rest = view.state.sliceDoc(to, view.state.doc.lineAt(to).to);
      const text = kind === "key" && rest.trim() !== "" ? label : insert;
      view.dispatch({
        changes: { from, to, insert: text },
        selection: { anchor: from + text.length },
        annotations: pickedCompletion.of(completion),
        userEvent: "input.complete",
        scrollIntoView: true,
      });
      if (goesOn && text === insert) startCompletion(view);
    },
  };
}

export function asDiagnostics(text: string, problems: Problem[]): Diagnostic[] {
  const outline = new Outline(text);
  return problems.map((problem) => ({
    ...spanOf(text, problem, outline),
    severity: problem.severity,
    message: problem.hint === null ? problem.message : `${problem.message}\n${problem.hint}`,
  }));
}
