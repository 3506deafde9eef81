import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { PNG } from "pngjs";
import { steps } from "../../scripted-model/server.ts";
import { ofType } from "../../support/index.ts";
import { type BrowserWorld, noBrowser, openBrowserWorld } from "../support/browser-world.ts";

/** Development server of the web app. It sends a WebSocket message to each open page when the page's file changes. */
const devServer = `
const { createHash } = require("node:crypto");
const { readFileSync, watch } = require("node:fs");
const { createServer } = require("node:http");
const pages = new Set();
watch(".", (_, file) => {
  if (file === "index.html") for (const page of pages) page.write(Buffer.from([0x81, 6, ...Buffer.from("reload")]));
});
createServer((_, response) => response.setHeader("content-type", "text/html").end(readFileSync("index.html")))
  .on("upgrade", (request, socket) => {
    const key = request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    const accept = createHash("sha1").update(key).digest("base64");
    socket.write("HTTP/1.1 101 Switching Protocols\\r\\nconnection: upgrade\\r\\nupgrade: websocket\\r\\nsec-websocket-accept: " + accept + "\\r\\n\\r\\n");
    pages.add(socket.on("error", () => {}).on("close", () => pages.delete(socket)));
  })
  .listen(5173, "localhost");
`;

const page = `<!doctype html>
<title>Shop</title>
<body style="margin: 0; background: #00aa00">
<h1>A green shop</h1>
<script>new WebSocket(location.origin.replace("http", "ws")).onmessage = () => location.reload()</script>
`;

describe("a web app in a session", { skip: noBrowser }, () => {
  let here: BrowserWorld;
  before(async () => {
    here = await openBrowserWorld({ env: { TEMBO_KEEP_ALIVE_MINUTES: "10" } });
  });
  after(() => here.close());

  test("is previewed with hot reload, and its screenshots appear in the transcript", async (story) => {
    const { client, model } = here.world;
    const repository = await here.world.repository("web/shop", { "dev-server.cjs": devServer });
    const prompt = "Build a green shop.";
    model.script(prompt, [
      steps.write("index.html", page),
      steps.bash("(node dev-server.cjs >/tmp/dev-server.log 2>&1 &); tembo service --port 5173 --name web"),
      steps.bash("tembo screenshot http://localhost:5173/ --width 800 --height 600 --name 'Green shop'"),
      steps.say("It is green."),
    ]);
    const { id } = await client.session.create({ prompt, repositories: [repository.url] });
    const first = await here.world.until(id, ({ eventType }) => eventType === "sandbox.kept");
    assert.deepEqual(ofType(first, "egress.denied"), [], "Chromium sends no requests of its own");
    const [saved] = ofType(first, "artifact.created");
    const file = await client.artifacts.file(saved!.eventData.artifactId);
    const { width, height, data } = PNG.sync.read(Buffer.from(file));
    assert.deepEqual([width, height, data.toString("hex", data.length - 4)], [800, 600, "00aa00ff"]);

    const opened = await here.visit(story, `/sessions/${id}?panel=preview`, {
      expects: /^asked: http:\/\/5173-\w+\.preview\.localhost/,
    });
    const frame = opened.frameLocator("iframe");
    await frame.getByRole("heading", { name: "A green shop" }).waitFor();
    const loads: string[] = [];
    opened.on("request", (request) => {
      const { host, pathname } = new URL(request.url());
      if (host.startsWith("5173-")) loads.push(pathname);
    });
    await opened.getByRole("img", { name: "Green shop" }).waitFor();
    const drawn = await opened.evaluate(`(() => {
      const image = document.querySelector('img[alt="Green shop"]');
      const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
      const context = canvas.getContext("2d");
      context.drawImage(image, -700, -500);
      return [image.naturalWidth, image.naturalHeight, ...context.getImageData(0, 0, 1, 1).data];
    })()`);
    assert.deepEqual(drawn, [800, 600, 0, 0xaa, 0, 255]);

    const again = "Paint it blue.";
    model.script(again, [
      steps.bash("sed -i 's/green/blue/; s/00aa00/0000aa/' index.html"),
      steps.bash("tembo screenshot http://localhost:5173/ --name 'Blue shop'"),
      steps.say("It is blue."),
    ]);
    await client.session.messages.create(id, { content: again });
    await frame.getByRole("heading", { name: "A blue shop" }).waitFor();
    await opened.getByRole("img", { name: "Blue shop" }).waitFor();
    await here.world.ended(id, 2);
    await client.session.keepAlive(id, 0);
    await here.world.until(id, ({ eventType }) => eventType === "sandbox.stopped");
    await opened.getByText(/^The sandbox stopped\./).waitFor();
    assert.deepEqual([...new Set(loads)], ["/"], "only the program loads the page again");
  });
});
