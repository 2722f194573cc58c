import type { TemplatePart, ViewSpec } from "../api/types";
import { number } from "../format/text";
import type { InputNow, Inputs } from "../inputs/inputs";
import { readRange, readSelection } from "../inputs/params";

const NAMED = 2;

/** What a reference to an input says, by `input.accessor`. */
export type Words = Record<string, string>;

/** The words of every reference in a view's texts. */
export function wordsOf(view: ViewSpec, inputs: Inputs): Words {
  const words: Words = {};
  for (const parts of Object.values(view.templates ?? {}))
    for (const part of parts) {
      if (typeof part === "string") continue;
      const input = inputs[part.input];
      words[`${part.input}.${part.accessor}`] = input ? say(input, part.accessor) : "";
    }
  return words;
}

/**
 * The view with the words in its texts, and wherever else these texts stand; the same view if it names no input. A
 * text view's Markdown keeps its references: they are filled in once it is read.
 */
export function withWords(view: ViewSpec, words: Words): ViewSpec {
  if (Object.keys(words).length === 0) return view;
  const { templates = {}, text, ...rest } = view;
  const filled = { ...(fillReferences(rest, words) as ViewSpec), text };
  for (const name of ["title", "description", "alt_text"] as const)
    if (templates[name]) filled[name] = joined(templates[name], words);
  return filled;
}

function joined(parts: readonly TemplatePart[], words: Words): string {
  return parts
    .map((part) => (typeof part === "string" ? part : (words[`${part.input}.${part.accessor}`] ?? "")))
    .join("");
}

const REFERENCE = /\$\{ref\(([^)\s]{1,128})\)\.([a-z]+)\}/g;

/** A text with its references in words. */
export function fillText(text: string, words: Words): string {
  return text.replace(REFERENCE, (whole, name, accessor) => words[`${name}.${accessor}`] ?? whole);
}

function fillReferences(value: unknown, words: Words): unknown {
  if (typeof value === "string") return fillText(value, words);
  if (Array.isArray(value)) return value.map((item) => fillReferences(item, words));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillReferences(item, words)]));
}

/** What is chosen, for people: labels, `all`, `AA, UA and 3 more`, `1 Jan – 31 Dec 2013`. */
export function say(input: InputNow, accessor: string): string {
  switch (input.spec.type) {
    case "date_range":
      return saySpan(readRange(input.value), accessor, true);
    case "number_range":
      return saySpan(readRange(input.value), accessor, false);
    case "toggle":
      return input.value === true ? "on" : "off";
    case "text":
      return typeof input.value === "string" && input.value !== "" ? input.value : "all";
    default:
      return saySelection(input, accessor);
  }
}

function saySelection(input: InputNow, accessor: string): string {
  const chosen = readSelection(input.value);
  if (chosen === "all") return "all";
  if (chosen.length === 0) return "none";
  const one = pickOne(chosen, accessor);
  if (one !== null) return labelOf(input, one);
  const labels = chosen.map((value) => labelOf(input, value));
  if (labels.length <= NAMED + 1) return list(labels);
  return `${labels.slice(0, NAMED).join(", ")} and ${labels.length - NAMED} more`;
}

function pickOne(chosen: string[], accessor: string): string | null {
  if (accessor === "first") return chosen[0] ?? null;
  if (accessor === "last") return chosen.at(-1) ?? null;
  if (accessor !== "min" && accessor !== "max") return null;
  const numeric = chosen.every((value) => value.trim() !== "" && Number.isFinite(Number(value)));
  const ordered = [...chosen].sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0));
  return (accessor === "min" ? ordered[0] : ordered.at(-1)) ?? null;
}

function list(labels: string[]): string {
  return labels.length < 2 ? (labels[0] ?? "") : `${labels.slice(0, -1).join(", ")} and ${labels.at(-1)}`;
}

function labelOf(input: InputNow, value: string): string {
  const label = input.options.find((option) => option.value === value)?.label ?? value;
  return label === value ? sayDay(value) : label;
}

const FROM = new Set(["from", "min"]);
const TO = new Set(["to", "max", "until"]);

function saySpan({ from, to }: { from: string; to: string }, accessor: string, dates: boolean): string {
  const one = dates ? sayDay : sayNumber;
  if (FROM.has(accessor)) return from === "" ? "the beginning" : one(from);
  if (TO.has(accessor)) return to === "" ? "the end" : one(accessor === "until" ? dayAfter(to) : to);
  if (from === "" && to === "") return "all";
  if (from === "") return dates ? `until ${one(to)}` : `at most ${one(to)}`;
  if (to === "") return dates ? `since ${one(from)}` : `at least ${one(from)}`;
  if (from === to) return one(from);
  if (dates && from.slice(0, 4) === to.slice(0, 4)) return `${sayDay(from, false)} – ${sayDay(to)}`;
  return `${one(from)} – ${one(to)}`;
}

function sayNumber(text: string): string {
  const value = Number(text);
  return Number.isFinite(value) ? number(value) : text;
}

/** An ISO date in words; any other text as it is. */
function sayDay(iso: string, year = true): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(iso)) return iso;
  const date = new Date(`${iso}T00:00Z`);
  if (Number.isNaN(date.getTime())) return iso;
  const parts: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", timeZone: "UTC" };
  if (year) parts.year = "numeric";
  return date.toLocaleDateString("en-GB", parts).replace("Sept", "Sep");
}

function dayAfter(iso: string): string {
  const time = Date.parse(`${iso}T00:00Z`);
  return Number.isNaN(time) ? iso : new Date(time + 86_400_000).toISOString().slice(0, 10);
}
