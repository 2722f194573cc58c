import { expressionInterpreter as interpreter } from "vega-interpreter";
import { spanned, type Values } from "./spans";

/** A part of an expression, ready to be asked: signals as `$name`, the row, the mark's item. */
type Part = (signals: Values, datum: Values, item: Values) => unknown;
type Callable = (...args: unknown[]) => unknown;

interface Ast {
  type: string;
  [key: string]: unknown;
}

interface Context {
  functions: Record<string, unknown>;
}

interface Written {
  ast: Ast;
}

interface Encoding {
  marktype: string;
  channels: Record<string, Written>;
}

/** What the tree has that is not made ready here: vega's own interpreter takes the whole expression. */
class Unready extends Error {}

/**
 * vega's expressions where a policy forbids code made of text. vega's interpreter walks the tree anew for every mark;
 * here each tree becomes nested functions once, which are asked many times as fast. It means the same, and what is
 * rare (events, patterns, functions not listed) is left to vega's interpreter.
 */
export const expressions = {
  ...interpreter,
  operator: (ctx: Context, expression: Written) => {
    const part = ready(expression.ast, ctx);
    return part ? (signals: Values) => part(signals, NONE, NONE) : interpreter.operator(ctx, expression);
  },
  parameter: (ctx: Context, expression: Written) => {
    const part = ready(expression.ast, ctx);
    return part
      ? (datum: Values, signals: Values) => part(signals, datum, NONE)
      : interpreter.parameter(ctx, expression);
  },
  encode: (ctx: Context, encoding: Encoding) => {
    const { marktype, channels } = encoding;
    const names = Object.keys(channels);
    const parts = names.map((name) => ready((channels[name] as Written).ast, ctx));
    if (!parts.every((part) => part !== null)) return interpreter.encode(ctx, encoding);
    const settle = marktype === "rule" ? null : spanned(channels, SWAPPED.has(marktype));
    return (item: Values, signals: Values) => {
      const datum = item.datum as Values;
      let changed = 0;
      for (let at = 0; at < names.length; at++) {
        const name = names[at] as string;
        const value = (parts[at] as Part)(signals, datum, item);
        if (item[name] === value) continue;
        item[name] = value;
        changed = 1;
      }
      settle?.(item);
      return changed;
    };
  },
};

const NONE = undefined as unknown as Values;
const SWAPPED = new Set(["group", "image", "rect"]);
// biome-ignore lint/security/noGlobalEval: it is named here to be refused
const FORBIDDEN = new Set<unknown>([Function, eval, setTimeout, setInterval, globalThis.setImmediate]);
const OF_EVENTS = new Set(["view", "item", "group", "xy", "x", "y"]);
const CONSTANTS: Values = { PI: Math.PI, E: Math.E, NaN: Number.NaN, LN2: Math.LN2, LN10: Math.LN10 };
const FUNCTIONS: Record<string, Callable> = {
  ...(Object.fromEntries(
    (["abs", "ceil", "cos", "exp", "floor", "log", "max", "min", "pow", "round", "sin", "sqrt"] as const).map(
      (name) => [name, Math[name]],
    ),
  ) as Record<string, Callable>),
  isNaN: Number.isNaN as Callable,
  isFinite: Number.isFinite as Callable,
  clamp: (value, low, high) => Math.max(low as number, Math.min(high as number, value as number)),
  time: (value) => new Date(value as number).getTime(),
  length: (value) => (value as { length: number }).length,
};

function ready(ast: Ast, ctx: Context): Part | null {
  try {
    return made(ast, ctx);
  } catch (error) {
    if (error instanceof Unready) return null;
    throw error;
  }
}

function made(node: Ast, ctx: Context): Part {
  const make = MAKERS[node.type];
  if (!make) throw new Unready(node.type);
  return make(node, ctx);
}

const MAKERS: Record<string, (node: Ast, ctx: Context) => Part> = {
  Literal: ({ value, regex }) => {
    if (regex) throw new Unready("a pattern");
    return () => value;
  },
  Identifier: ({ name }) => named(String(name)),
  MemberExpression: (node, ctx) => {
    const of = made(node.object as Ast, ctx);
    if (node.computed) {
      const key = made(node.property as Ast, ctx);
      return (s, d, i) => allowed((of(s, d, i) as Values)[key(s, d, i) as string]);
    }
    const name = String((node.property as Ast).name);
    return (s, d, i) => allowed((of(s, d, i) as Values)[name]);
  },
  CallExpression: called,
  ArrayExpression: (node, ctx) => {
    const parts = (node.elements as Ast[]).map((element) => made(element, ctx));
    return (s, d, i) => parts.map((part) => part(s, d, i));
  },
  BinaryExpression: (node, ctx) => {
    const make = BINARY[String(node.operator)];
    if (!make) throw new Unready("an operator");
    return make(made(node.left as Ast, ctx), made(node.right as Ast, ctx));
  },
  LogicalExpression: (node, ctx) => {
    const [left, right] = [made(node.left as Ast, ctx), made(node.right as Ast, ctx)];
    if (node.operator === "&&") return (s, d, i) => left(s, d, i) && right(s, d, i);
    return (s, d, i) => left(s, d, i) || right(s, d, i);
  },
  UnaryExpression: (node, ctx) => {
    const of = made(node.argument as Ast, ctx);
    if (node.operator === "!") return (s, d, i) => !of(s, d, i);
    if (node.operator === "-") return (s, d, i) => -(of(s, d, i) as number);
    if (node.operator === "+") return (s, d, i) => +(of(s, d, i) as number);
    throw new Unready("an operator");
  },
  ConditionalExpression: (node, ctx) => either([node.test, node.consequent, node.alternate] as Ast[], ctx),
  ObjectExpression: (node, ctx) => {
    const entries = (node.properties as { key: Ast; value: Ast }[]).map(({ key, value }) => {
      const name = String(key.type === "Literal" ? key.value : key.name);
      if (name in Object.prototype) throw new Unready("a key");
      return [name, made(value, ctx)] as const;
    });
    return (s, d, i) => {
      const result: Values = {};
      for (const [name, part] of entries) result[name] = allowed(part(s, d, i));
      return result;
    };
  },
};

function named(name: string): Part {
  if (name === "datum") return (_s, datum) => datum;
  if (name === "item") return (_s, _d, item) => item;
  if (name === "event") throw new Unready("an event");
  if (Object.hasOwn(CONSTANTS, name)) return () => CONSTANTS[name];
  const signal = `$${name}`;
  return (signals) => signals[signal];
}

function called(node: Ast, ctx: Context): Part {
  const parts = (node.arguments as Ast[]).map((part) => [part, ctx] as const);
  const name = String((node.callee as Ast).name).replace(/^_/, "");
  if (name === "if") return either(node.arguments as Ast[], ctx);
  const own = ctx.functions;
  const known = name in Object.prototype ? undefined : (own[name] ?? FUNCTIONS[name]);
  if (typeof known !== "function" || OF_EVENTS.has(name)) throw new Unready(name);
  const call = known as Callable;
  const args = parts.map(([part]) => made(part, ctx));
  const [first, second] = args;
  if (args.length === 1 && first) return (s, d, i) => call.call(own, first(s, d, i));
  if (args.length === 2 && first && second)
    return (s, d, i) => call.call(own, first(s, d, i), second(s, d, i));
  return (s, d, i) =>
    call.apply(
      own,
      args.map((part) => part(s, d, i)),
    );
}

function either(nodes: Ast[], ctx: Context): Part {
  const [test, yes, no] = nodes.map((node) => made(node, ctx));
  if (!test || !yes || !no) throw new Unready("an if");
  return (s, d, i) => (test(s, d, i) ? yes(s, d, i) : no(s, d, i));
}

/** No expression gets at what makes code of text. */
function allowed(value: unknown): unknown {
  return typeof value === "function" && FORBIDDEN.has(value) ? undefined : value;
}

type Binary = (left: Part, right: Part) => Part;

function binary(apply: (a: number, b: number) => unknown): Binary {
  return (left, right) => (s, d, i) => apply(left(s, d, i) as number, right(s, d, i) as number);
}

const BINARY: Record<string, Binary> = {
  "+": binary((a, b) => a + b),
  "-": binary((a, b) => a - b),
  "*": binary((a, b) => a * b),
  "/": binary((a, b) => a / b),
  "%": binary((a, b) => a % b),
  "<": binary((a, b) => a < b),
  "<=": binary((a, b) => a <= b),
  ">": binary((a, b) => a > b),
  ">=": binary((a, b) => a >= b),
  // biome-ignore lint/suspicious/noDoubleEquals: vega's == is the loose one
  "==": binary((a, b) => a == b),
  // biome-ignore lint/suspicious/noDoubleEquals: vega's != is the loose one
  "!=": binary((a, b) => a != b),
  "===": binary((a, b) => a === b),
  "!==": binary((a, b) => a !== b),
};
