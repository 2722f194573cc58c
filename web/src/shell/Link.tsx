import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { go } from "./location";

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  href: string;
  /** Called when the page goes there itself, not when a new tab does. */
  onFollow?: () => void;
}

/** A link within the site: an ordinary anchor that does not load a page on a plain click. */
export function Link({ href, onFollow, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onFollow?.();
    go(href);
  };
  return <a {...rest} href={href} onClick={follow} />;
}
