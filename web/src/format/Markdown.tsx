import { type ReactNode, useMemo } from "react";
import { type Block, type Inline, mapTexts, parseMarkdown } from "./markdown";

interface MarkdownProps {
  source: string;
  /** What to write for each plain text of the source, after its Markdown is read. */
  fill?: ((text: string) => string) | undefined;
}

/** Text with the safe subset of Markdown drawn; anything else stays text. */
export function Markdown({ source, fill }: MarkdownProps) {
  const blocks = useMemo(() => {
    const read = parseMarkdown(source);
    return fill ? mapTexts(read, fill) : read;
  }, [source, fill]);
  const top = Math.min(...blocks.flatMap((block) => (block.kind === "heading" ? block.level : [])));
  return <div className="prose">{blocks.map((block, index) => drawBlock(block, index, top))}</div>;
}

/** The greatest headings of a text are h3, whatever level they were written with, as they stand below a view's or a turn's. */
function drawBlock(block: Block, key: number, top: number): ReactNode {
  switch (block.kind) {
    case "heading": {
      const Heading = `h${Math.min(6, block.level - top + 3)}` as "h3" | "h4" | "h5" | "h6";
      return <Heading key={key}>{drawInline(block.children)}</Heading>;
    }
    case "list": {
      const items = block.items.map((item, index) => <li key={index}>{drawInline(item)}</li>);
      return block.ordered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>;
    }
    case "code":
      return (
        <pre key={key}>
          <code>{block.text}</code>
        </pre>
      );
    case "paragraph":
      return <p key={key}>{drawInline(block.children)}</p>;
  }
}

function drawInline(children: Inline[]): ReactNode[] {
  return children.map((child, key) => {
    switch (child.kind) {
      case "code":
        return <code key={key}>{child.text}</code>;
      case "strong":
        return <strong key={key}>{drawInline(child.children)}</strong>;
      case "em":
        return <em key={key}>{drawInline(child.children)}</em>;
      case "link":
        return (
          <a key={key} href={child.href} rel="noopener noreferrer">
            {drawInline(child.children)}
          </a>
        );
      default:
        return child.text;
    }
  });
}
