// Reads UI-message streams as chat UIs do. One JSON object on standard input, one on standard output:
//   {"bodies": [text, …]}                 each body through the parser and into a message
//   {"url", "key", "chat", "text"}        asks as useChat does, over HTTP
//   {"url", "key", "chat"}                resumes as useChat does; {"idle": true} when nothing is active
import { DefaultChatTransport, parseJsonEventStream, readUIMessageStream, uiMessageChunkSchema } from "ai";

const wanted = JSON.parse(await new Response(process.stdin).text());
process.stdout.write(JSON.stringify(await (wanted.bodies ? Promise.all(wanted.bodies.map(parse)) : talk(wanted))));

async function parse(body) {
  const chunks = [];
  const refused = [];
  const stream = new Blob([body]).stream();
  for await (const found of parseJsonEventStream({ stream, schema: uiMessageChunkSchema })) {
    if (found.success) chunks.push(found.value);
    else refused.push(String(found.error));
  }
  return { refused, ...(await assemble(chunks)) };
}

async function talk({ url, key, chat, text }) {
  const transport = new DefaultChatTransport({ api: `${url}/v1/chat`, headers: { Authorization: `Bearer ${key}` } });
  const asked = { id: "mine", role: "user", parts: [{ type: "text", text }] };
  const stream =
    text === undefined
      ? await transport.reconnectToStream({ chatId: chat })
      : await transport.sendMessages({ trigger: "submit-message", chatId: chat, messages: [asked] });
  if (stream === null) return { idle: true };
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return { refused: [], ...(await assemble(chunks)) };
}

async function assemble(chunks) {
  const errors = [];
  let message = null;
  const stream = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const onError = (error) => errors.push(error instanceof Error ? error.message : String(error));
  for await (const state of readUIMessageStream({ stream, onError })) message = structuredClone(state);
  return { chunks, message, errors };
}
