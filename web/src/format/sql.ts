const TOKEN = /'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`[^`]*`?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+|[\w$]+|[\s\S]/g;
const CLAUSES = new Set(
  "FROM WHERE GROUP HAVING QUALIFY WINDOW ORDER LIMIT OFFSET UNION EXCEPT INTERSECT".split(" "),
);
const JOINS = new Set("JOIN LEFT RIGHT FULL INNER OUTER CROSS NATURAL ASOF".split(" "));

/** A statement with each clause on a line of its own; texts, comments and the author's own lines stay as they are. */
export function readableSql(sql: string): string {
  const tokens = sql.trim().match(TOKEN) ?? [];
  // For each open parenthesis, whether it holds a query.
  const open: boolean[] = [];
  let before = "";
  let out = "";
  for (const [at, token] of tokens.entries()) {
    const blank = /^\s/.test(token);
    if (token === "(") open.push(/^(SELECT|WITH)$/i.test(firstWord(tokens, at + 1)));
    if (token === ")") open.pop();
    const breaks = blank && (open.at(-1) ?? true) && begins(firstWord(tokens, at), before);
    if (blank && !token.includes("\n")) out += breaks ? `\n${"  ".repeat(open.length)}` : " ";
    else out += token;
    if (!blank) before = token.toUpperCase();
  }
  return out;
}

function firstWord(tokens: readonly string[], from: number): string {
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at] ?? "";
    if (!/^\s/.test(token)) return token;
  }
  return "";
}

function begins(token: string, before: string): boolean {
  const word = token.toUpperCase();
  if (JOINS.has(word)) return !JOINS.has(before);
  return CLAUSES.has(word) || (word === "SELECT" && before === ")");
}
