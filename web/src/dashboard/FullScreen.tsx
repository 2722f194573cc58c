import type { Insight, ViewSpec } from "../api/types";
import type { Choose, Inputs } from "../inputs/inputs";
import type { Words } from "../views/templates";
import { Dialog } from "./Dialog";
import { ViewContent } from "./ViewContent";

interface FullScreenProps {
  title: string;
  content: { view: ViewSpec; theme: string | null; words: Words; inputs: Inputs; onChoose: Choose };
  insight: Insight;
  onClose: () => void;
}

/** One view as large as the window. */
export default function FullScreen({ title, content, insight, onClose }: FullScreenProps) {
  return (
    <Dialog title={title} size="full" onClose={onClose}>
      <div className={`full-view ${content.view.type}`}>
        <ViewContent {...content} insight={insight} />
      </div>
    </Dialog>
  );
}
