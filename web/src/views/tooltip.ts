/**
 * A tooltip drawn with text nodes and placed through the style object: vega's own writes HTML and style attributes,
 * which the page's policy forbids. Called with a null value, or for a brush (which has none), it hides.
 */
export function showTooltip(_handler: unknown, event: unknown, _item: unknown, value: unknown): void {
  const box = element();
  if (value === null || value === undefined || value === "" || typeof value === "boolean") {
    box.hidden = true;
    return;
  }
  box.replaceChildren(...content(value));
  box.hidden = false;
  if (event instanceof MouseEvent) place(box, event.clientX, event.clientY);
}

const GAP_PX = 14;

function element(): HTMLElement {
  const found = document.getElementById("chart-tooltip");
  if (found) return found;
  const box = document.createElement("div");
  box.id = "chart-tooltip";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
  document.body.append(box);
  const hide = () => {
    box.hidden = true;
  };
  // A finger leaves no mark when it goes: what it showed goes with the next touch or scroll.
  document.addEventListener("scroll", hide, { capture: true, passive: true });
  document.addEventListener("pointerdown", hide, { capture: true, passive: true });
  return box;
}

function content(value: unknown): Node[] {
  if (typeof value !== "object" || value === null) return [document.createTextNode(String(value))];
  const list = document.createElement("dl");
  for (const [name, shown] of Object.entries(value)) {
    const term = document.createElement("dt");
    const detail = document.createElement("dd");
    term.textContent = name;
    detail.textContent = String(shown);
    list.append(term, detail);
  }
  return [list];
}

function place(box: HTMLElement, x: number, y: number): void {
  const { width, height } = box.getBoundingClientRect();
  const right = x + GAP_PX + width < window.innerWidth;
  const below = y + GAP_PX + height < window.innerHeight;
  box.style.left = `${Math.max(4, right ? x + GAP_PX : x - GAP_PX - width)}px`;
  box.style.top = `${Math.max(4, below ? y + GAP_PX : y - GAP_PX - height)}px`;
}
