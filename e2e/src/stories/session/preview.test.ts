import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { steps } from "../../scripted-model/server.ts";
import { ofType, startWorld, type World } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.close());

/** Program in the sandbox: a web server that reports how it was asked, and accepts the handshake of a WebSocket. */
const program = `
const http = require("node:http"), crypto = require("node:crypto");
const server = http.createServer((request, response) =>
  response.end(request.method + " " + request.url + " at " + request.headers.host + ", cookies: " + request.headers.cookie));
server.on("upgrade", (request, socket) => {
  const key = request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  const accept = crypto.createHash("sha1").update(key).digest("base64");
  socket.write("HTTP/1.1 101 Switching Protocols\\r\\nconnection: upgrade\\r\\nupgrade: websocket\\r\\nsec-websocket-accept: " + accept + "\\r\\n\\r\\n");
  socket.write(Buffer.from([0x81, 5, ...Buffer.from("hello")]));
});
server.listen(5173, "localhost");
`;

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Sends a request to a preview's host. The name resolves to the server's address, as in a browser. */
async function ask(address: string, cookie = ""): Promise<Answer> {
  const { host, pathname, search, port } = new URL(address);
  const sent = request({
    host: "127.0.0.1",
    port,
    path: pathname + search,
    headers: { host, cookie, connection: "close" },
  });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode!, headers: response.headers, body: await text(response) };
}

test("serves a program that an agent started in its sandbox, until the port is removed", async () => {
  const prompt = "Show it to me.";
  world.model.script(prompt, [
    steps.write("app.cjs", program),
    steps.bash(
      "(node app.cjs > /tmp/app.log 2>&1 &) ; tembo service --port 5173 --name web; tembo set-vm-keep-alive 10; cat /tmp/app.log",
    ),
    steps.say("Open it."),
  ]);
  const session = await world.client.session.create({ prompt });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  const { items } = await world.client.sessions.previews.list(session.id);
  const [preview] = items;
  assert.deepEqual([items.length, preview?.port, preview?.name], [1, 5173, "web"]);
  assert.ok(resultsOf(events).join().includes(preview!.url), "the tool returns the URL");
  const published = ofType(events, "preview.published").map(({ eventData }) => eventData.port);
  assert.deepEqual(published, [5173]);

  const link = await world.client.previews.open({ host: new URL(preview!.url).host, path: "/login?x=1" });
  const entered = await ask(link.url);
  assert.deepEqual([entered.status, entered.headers.location], [303, `${preview!.url}login?x=1`]);
  const cookie = entered.headers["set-cookie"]![0]!.split(";")[0]!;
  const page = await ask(entered.headers.location!, cookie);
  assert.deepEqual([page.status, page.body], [200, "GET /login?x=1 at localhost:5173, cookies: undefined"]);
  const { host, port } = new URL(preview!.url);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { host, cookie } });
  assert.equal(String((await once(socket, "message"))[0]), "hello");
  socket.terminate();
  assert.equal((await ask(preview!.url)).status, 401, "a browser without a grant has no access");

  const silent = await world.client.sessions.previews.create(session.id, { port: 9 });
  const own = await world.client.sessions.previews.create(session.id, { port: 8379 });
  for (const { url } of [silent, own]) {
    const open = await world.client.previews.open({ host: new URL(url).host });
    const grant = (await ask(open.url)).headers["set-cookie"]![0]!.split(";")[0]!;
    assert.match((await ask(url, grant)).body, /^Nothing listens on port/);
  }

  await world.client.session.keepAlive(session.id, 0);
  await world.client.sessions.previews.delete(session.id, preview!.id);
  await assert.rejects(world.client.previews.open({ host }), { status: 404 });
});

test("explains that the sandbox of a session without a turn is stopped", async () => {
  const session = await world.client.session.create({ prompt: "Later.", queueRightAway: false });
  const { url } = await world.client.sessions.previews.create(session.id, { port: 3000 });
  const open = await world.client.previews.open({ host: new URL(url).host });
  const cookie = (await ask(open.url)).headers["set-cookie"]![0]!.split(";")[0]!;
  const page = await ask(url, cookie);
  assert.deepEqual([page.status, page.body.split(".")[0]], [503, "The sandbox is stopped"]);
});
