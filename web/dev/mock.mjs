/** A stand-in for the server while the page is worked on: made-up flights, the HTTP contract, the page's policy. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { dashboards, data, page, session, tables, turnEvents, yaml } from "./mock-data.mjs";

const PORT = Number(process.env.PORT ?? 8123);
const DIST = process.env.DIST ?? new URL("../dist", import.meta.url).pathname;
const TYPES = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".html": "text/html",
};
const PACE_MS = Number(process.env.PACE_MS ?? 180);
let signedIn = process.env.SIGNED_IN !== "0";
let turn = null;
let dropOnce = process.env.DROP === "1";

createServer((request, response) => {
  answer(request, response).catch((error) => problem(response, 500, "mock_failed", String(error)));
}).listen(PORT, "127.0.0.1", () => console.log(`Open http://127.0.0.1:${PORT}/#sign-in=mock`));

async function answer(request, response) {
  const url = new URL(request.url, "http://mock");
  if (!url.pathname.startsWith("/v1/")) return await file(url.pathname, response);
  const route = `${request.method} ${url.pathname.slice(3)}`;
  const body = request.method === "POST" ? await readJson(request) : {};
  if (route === "POST /sign-in") {
    if (body.token === "wrong")
      return problem(response, 401, "sign_in.refused", "This token is not valid any more.");
    signedIn = true;
    return response.writeHead(204).end();
  }
  if (!signedIn) return problem(response, 401, "unauthenticated", "Sign in first.");
  if (route === "POST /sign-out") {
    signedIn = false;
    return response.writeHead(204).end();
  }
  if (route === "GET /me")
    return json(response, {
      name: "Ada",
      role: "admin",
      team: "Flights",
      actions: ["view", "browse", "chat", "edit", "delete", "connect"],
    });
  if (route === "GET /dashboards") return json(response, { dashboards });
  if (route === "GET /connections") return json(response, { connections: [{ id: "c1", name: "flights" }] });
  if (route === "GET /connections/c1/datasets")
    return json(response, { datasets: [{ id: "d1", name: "main" }] });
  if (route === "GET /datasets/d1/tables")
    return json(response, { tables: tables.map(({ columns: _, ...it }) => it) });
  if (route.startsWith("GET /tables/"))
    return json(
      response,
      tables.find((it) => route.endsWith(it.id)),
    );
  if (route.endsWith("/page")) return json(response, page(route.split("/")[2]));
  if (route.endsWith("/yaml"))
    return response.writeHead(200, { "Content-Type": "application/yaml" }).end(yaml);
  if (route.endsWith("/data")) return setTimeout(() => json(response, data(url.searchParams)), PACE_MS);
  if (route === "POST /chat/sessions") return json(response, { session_id: "s1" }, 201);
  if (route === "GET /chat/sessions/s1") return json(response, session(turn));
  if (route === "POST /chat/sessions/s1/messages") return begin(body.message, response, request);
  if (route === "GET /chat/sessions/s1/stream") {
    if (!turn || turn.done) return response.writeHead(204).end();
    return follow(response, request, Number(request.headers["last-event-id"] ?? 0));
  }
  if (route === "POST /chat/sessions/s1/stop") {
    if (turn) turn.stopped = true;
    return response.writeHead(202).end();
  }
  return problem(response, 404, "not_found", `There is no ${route}.`);
}

function begin(message, response, request) {
  turn = { message, events: [], done: false, stopped: false, watchers: new Set() };
  void run(turn);
  return follow(response, request, 0);
}

async function run(it) {
  for (const [event, data] of turnEvents(it.message)) {
    await new Promise((resolve) => setTimeout(resolve, event === "token" ? PACE_MS / 8 : PACE_MS));
    if (it.stopped) return push(it, "done", { stop_reason: "stopped" });
    push(it, event, data);
  }
}

function push(it, event, data) {
  it.events.push({ id: String(it.events.length + 1), event, data });
  it.done = event === "done" || event === "error";
  for (const watcher of it.watchers) watcher();
}

function follow(response, request, after) {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
  response.write(": hello\n\n");
  let at = after;
  const it = turn;
  const write = () => {
    while (at < it.events.length) {
      const { id, event, data } = it.events[at++];
      response.write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
      if (dropOnce && at === 6) {
        dropOnce = false;
        it.watchers.delete(write);
        return response.destroy();
      }
    }
    if (it.done) response.end();
  };
  it.watchers.add(write);
  request.on("close", () => it.watchers.delete(write));
  write();
}

async function file(path, response) {
  const nonce = randomBytes(16).toString("base64");
  const wanted = join(DIST, normalize(path));
  const inside = extname(path) !== "" && wanted.startsWith(DIST);
  let content = await readFile(inside ? wanted : join(DIST, "index.html"));
  const type = inside ? TYPES[extname(path)] : "text/html";
  if (!inside) content = content.toString().replace("__CSP_NONCE__", nonce);
  response.writeHead(200, {
    "Content-Type": type,
    "Content-Security-Policy": `default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; worker-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'`,
  });
  response.end(content);
}

async function readJson(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return JSON.parse(text || "{}");
}

function json(response, value, status = 200) {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
}

function problem(response, status, code, detail) {
  response
    .writeHead(status, { "Content-Type": "application/problem+json" })
    .end(JSON.stringify({ title: detail, status, code, detail }));
}
