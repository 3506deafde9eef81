import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import Tembo from "@tembo-io/sdk";
import { WebSocket } from "ws";
import { freePort } from "../../../../server/src/testing/free-port.ts";
import { steps } from "../../scripted-model/server.ts";
import { type Apart, withApart } from "../../support/apart.ts";
import { API_KEY, pushFiles, reachingLoopback, remoteFile } from "../../support/index.ts";
import { temporaryDataDir } from "../../support/programs/tembo-process.ts";

interface Machines extends Apart {
  /** URLs of two servers. The worker has a link to the first one, which also has the built-in forge. */
  readonly urls: readonly [string, string];
}

/** Runs `work` with two servers, and a worker that listens on no address. Each has a disk of its own. */
async function withTwoServers(work: (machines: Machines) => Promise<void>): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const folder = async () => {
    const made = await temporaryDataDir();
    cleanup.defer(() => made.remove());
    return made.path;
  };
  const listenOn = (port: number) => ({
    PORT: String(port),
    TEMBO_SERVER_ADDRESS: `http://127.0.0.1:${port}`,
  });
  const env = {
    ...reachingLoopback,
    ...listenOn(await freePort()),
    TEMBO_BLOBS: `file://${await folder()}`,
    TEMBO_KEEP_ALIVE_MINUTES: "10",
  };
  await withApart(env, async (apart) => {
    const own = async () => ({
      TEMBO_DATA_DIR: await folder(),
      TEMBO_MASTER_KEY_FILE: join(apart.dataDir, "master.key"),
    });
    const second = await apart.server({ ...(await own()), ...listenOn(await freePort()) });
    await apart.worker(await own());
    await work({ ...apart, urls: [apart.url, second.url] });
  });
}

/** Sends a request for a preview's host to a server. */
async function ask(server: string, preview: URL, cookie = "") {
  const { host, pathname, search } = preview;
  const headers = { host, cookie, connection: "close" };
  const sent = request(server, { path: pathname + search, headers });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode!, headers: response.headers, body: await text(response) };
}

const program = `
const http = require("node:http"), crypto = require("node:crypto");
const server = http.createServer((request, response) => response.end(request.method + " " + request.url));
server.on("upgrade", (request, socket) => {
  const key = request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  const accept = crypto.createHash("sha1").update(key).digest("base64");
  socket.write("HTTP/1.1 101 Switching Protocols\\r\\nconnection: upgrade\\r\\nupgrade: websocket\\r\\nsec-websocket-accept: " + accept + "\\r\\n\\r\\n");
  socket.write(Buffer.from([0x81, 5, ...Buffer.from("hello")]));
});
server.listen(5173, "localhost");
`;

test("terminals, previews, files and the built-in forge work at each of two servers", async () => {
  await withTwoServers(async ({ urls, client, model, until }) => {
    const prompt = "Show it to me.";
    model.script(prompt, [
      steps.write("app.cjs", program),
      steps.bash(
        "(node app.cjs > /tmp/app.log 2>&1 &) ; tembo service --port 5173 --name web; printf shared > notes.txt; tembo upload-file notes.txt",
      ),
      steps.say("Open it."),
    ]);
    const { id } = await client.session.create({ prompt });
    await until(id, ({ eventType }) => eventType === "sandbox.kept");
    for (const url of urls) {
      const { session } = new Tembo({ apiKey: API_KEY, baseURL: url });
      const { items: files } = await session.files.list(id);
      assert.equal((await session.files.retrieve(id, files[0]!.id)).content, "shared");
      const terminal = await session.terminal(id);
      terminal.write("ls\r");
      let screen = "";
      for await (const data of terminal) {
        screen += data;
        if (screen.includes("app.cjs")) break;
      }
      terminal.close();
    }

    const { items } = await client.sessions.previews.list(id);
    const preview = new URL(items[0]!.url);
    const { url: entry } = await client.previews.open({ host: preview.host, path: "/" });
    const entered = await ask(urls[1], new URL(entry));
    const cookie = entered.headers["set-cookie"]![0]!.split(";")[0]!;
    for (const url of urls) {
      const page = await ask(url, preview, cookie);
      assert.deepEqual([page.status, page.body], [200, "GET /"]);
      const headers = { host: preview.host, cookie };
      const socket = new WebSocket(url.replace(/^http/, "ws"), { headers });
      assert.equal(String((await once(socket, "message"))[0]), "hello");
      socket.terminate();
      assert.equal((await ask(url, preview)).status, 401, "control: a browser without a grant has no access");
    }

    const made = await client.repositories.create({ owner: "two", name: "app" });
    for (const [index, url] of urls.entries()) {
      const remote = `${url}${new URL(made.url).pathname}`;
      await pushFiles(remote, API_KEY, "main", { [`${index}.txt`]: `${index}\n` });
      assert.equal(await remoteFile(remote, API_KEY, "main", `${index}.txt`), String(index));
    }
  });
});
