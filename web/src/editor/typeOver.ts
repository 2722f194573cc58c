import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/**
 * Typing over a selection, done by the editor: a browser that does it itself carries the style of what it replaces over
 * as a `style` attribute, which the page's policy forbids.
 */
export function typeOver(): Extension {
  return EditorView.domEventHandlers({
    beforeinput: (event, view) => {
      const { main, ranges } = view.state.selection;
      const text = event.data;
      if (event.inputType !== "insertText" || text === null || main.empty || ranges.length > 1) return false;
      if (view.composing || view.state.readOnly) return false;
      const insert = () =>
        view.state.update(view.state.replaceSelection(text), {
          userEvent: "input.type",
          scrollIntoView: true,
        });
      const { from, to } = main;
      const taken = view.state
        .facet(EditorView.inputHandler)
        .some((take) => take(view, from, to, text, insert));
      if (!taken) view.dispatch(insert());
      return true;
    },
  });
}
