import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { PNG } from "pngjs";
import { inside } from "../../../../server/src/sandbox/inside/places.ts";
import { steps } from "../../scripted-model/server.ts";
import { ofType, startWorld, type World } from "../../support/index.ts";
import { onPath } from "../../support/programs/on-path.ts";
import { resultsOf } from "../../support/tool-results.ts";

const skip = onPath("chromium").length === 0 && "chromium is not on the PATH: apt-get install chromium";

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.close());

/** Addresses that a hostile page sends requests to: the session tools, and a program that logs what it receives. */
const attacked = [`http://127.0.0.1:${inside.ports.tools}/tools`, "http://127.0.0.1:5175/control"];

/** Program in the sandbox: a web server with pages of one color each, and pages that never load. */
const program = `
const { createServer } = require("node:http");
const { randomBytes } = require("node:crypto");
const pages = {
  "/green": '<body style="margin: 0; background: #0a0; height: 2000px">',
  "/never-loads": '<body style="background: #00a"><img src="/hangs">',
  "/dialog": '<script>alert("wait")</script><body style="background: #a00">',
  "/attack": '<script>for (const to of ${JSON.stringify(attacked)}) { fetch(to + "/set_title", { method: "POST", mode: "no-cors", body: JSON.stringify({ title: "Taken" }) }); fetch(to, { mode: "no-cors" }); new Image().src = to; }</script>',
  "/loop": "<script>for (;;);</script>",
  "/noise": '<canvas width=1600 height=1600></canvas><script>const c = document.querySelector("canvas").getContext("2d"), i = c.createImageData(1600, 1600); for (let n = 0; n < i.data.length; n++) i.data[n] = n % 4 === 3 ? 255 : Math.random() * 256; c.putImageData(i, 0, 0)</script>',
};
createServer((request, response) => {
  if (request.url === "/hangs") return;
  response.setHeader("content-type", "text/html").end(pages[request.url] ?? "none");
}).listen(5173, "localhost");
createServer(({ method, url, headers }, response) => {
  console.log(method, url, headers.origin ?? headers["sec-fetch-site"]);
  response.end();
}).listen(5175, "127.0.0.1");
`;
const serve = steps.bash("(node app.cjs >/tmp/app.log 2>&1 &)");

/** Returns the size of a saved picture, and the color of a pixel as six hexadecimal digits. */
async function read(artifactId: string) {
  const { width, height, data } = PNG.sync.read(Buffer.from(await world.client.artifacts.file(artifactId)));
  const pixel = (x: number, y: number) => {
    const start = (y * width + x) * 4;
    return data.toString("hex", start, start + 3);
  };
  return { width, height, pixel };
}

async function run(prompt: string, commands: readonly string[]) {
  world.model.script(prompt, [
    steps.write("app.cjs", program),
    serve,
    ...commands.map((command) => steps.bash(command)),
    steps.say("Done."),
  ]);
  const session = await world.client.session.create({ prompt });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  const created = ofType(events, "artifact.created").map(({ eventData }) => eventData);
  const pictures = await Promise.all(created.map(({ artifactId }) => read(artifactId)));
  return { session, created, pictures, results: resultsOf(events).slice(2), events };
}

test("saves a picture of a page that runs in the sandbox, in the requested size", { skip }, async () => {
  const { session, created, pictures, results } = await run("Show me the page.", [
    "tembo screenshot http://localhost:5173/green --width 640 --height 480 --name 'Green page'",
    "tembo screenshot http://localhost:5173/green --full-page --width 320 --output /tmp/page.png && ls /tmp/page.png",
    "ls -d /tmp/tembo-screenshot-* ~/.config/chromium ~/.pki /tmp/.org.chromium* 2>&1 | grep -v 'cannot access'; pgrep -c chromium; true",
  ]);
  assert.deepEqual(
    created.map(({ title, artifactType, contentType }) => [title, artifactType, contentType]),
    [
      ["Green page", "File", "image/png"],
      ["Screenshot of localhost:5173/green", "File", "image/png"],
    ],
    results.join("\n"),
  );
  assert.deepEqual(
    pictures.map(({ width, height, pixel }) => [width, height, pixel(100, 100), pixel(300, height - 1)]),
    [
      [640, 480, "00aa00", "00aa00"],
      [320, 2000, "00aa00", "00aa00"],
    ],
  );
  assert.match(results[1]!, /\/tmp\/page\.png"$/);
  assert.equal(results[2], '"0"', "leaves no profile and no browser");
  const { items } = await world.client.artifacts.list({ sessionId: session.id });
  assert.deepEqual(
    items.map(({ fileName, contentType, description }) => [fileName, contentType, description]),
    [
      ["localhost-5173.png", "image/png", "http://localhost:5173/green"],
      ["Green-page.png", "image/png", "http://localhost:5173/green"],
    ],
  );
});

test("is available over MCP", { skip }, async () => {
  const prompt = "Use MCP.";
  world.model.script(prompt, [
    steps.write("app.cjs", program),
    serve,
    steps.mcp("tembo", "take_screenshot", { url: "http://localhost:5173/dialog", width: 200, height: 100 }),
    steps.say("Done."),
  ]);
  const { id } = await world.client.session.create({ prompt });
  const [created] = ofType(await world.ended(id), "artifact.created");
  const { width, height, pixel } = await read(created!.eventData.artifactId);
  assert.deepEqual([width, height, pixel(50, 50)], [200, 100, "aa0000"], "dismisses the page's dialog");
});

test("a page that the browser opens cannot call the session tools", { skip }, async () => {
  const { events, results } = await run("Open a hostile page.", [
    "tembo screenshot http://localhost:5173/attack --width 100 --height 100",
    "sort /tmp/app.log",
  ]);
  const control = [
    "GET /control cross-site",
    "GET /control cross-site",
    "POST /control/set_title http://localhost:5173",
  ];
  assert.equal(results[1], JSON.stringify(control.join("\n")), "control: the requests of the page");
  const called = ofType(events, "tool.called").map(({ eventData }) => eventData.tool);
  assert.deepEqual(called, ["take_screenshot"]);
});

test("shows no page of the host, not even at the same port", { skip }, async (t) => {
  let requests = 0;
  const host = createServer((_request, response) => {
    requests += 1;
    response.end("of the host");
  }).listen(0, "127.0.0.1");
  await once(host, "listening");
  t.after(() => host.close());
  const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/`;
  const { created, results } = await run("Capture the host.", [
    `tembo screenshot ${url} --width 100 --height 100`,
  ]);
  assert.deepEqual([created.length, requests], [0, 0], results.join("\n"));
  assert.equal(await (await fetch(url)).text(), "of the host", "control");
});

test("explains why a page cannot be captured, and leaves nothing behind", { skip }, async () => {
  const { created, pictures, results } = await run("Try it all.", [
    "tembo screenshot http://localhost:5174/",
    "tembo screenshot file:///etc/passwd",
    "tembo screenshot",
    "tembo screenshot https://example.com/",
    "tembo screenshot http://localhost:5173/green --width 20000",
    "tembo screenshot http://localhost:5173/noise --width 1600 --height 1600",
    "tembo screenshot http://localhost:5173/never-loads --width 100 --height 100",
    "tembo screenshot http://localhost:5173/hangs",
    "tembo screenshot http://localhost:5173/loop",
    "ls -d /tmp/tembo-screenshot-*; echo end",
  ]);
  const expected = [
    /Nothing listens on this port/,
    /url: /,
    /url: /,
    /does not allow this host/,
    /width: /,
    /the limit is 5242880/,
    /artifactId/,
    /did not load within 30 seconds/,
    /did not load within 30 seconds/,
    /No such file.*end/s,
  ];
  for (const [index, message] of expected.entries()) assert.match(results[index]!, message);
  assert.equal(created.length, 1);
  assert.equal(pictures[0]!.pixel(50, 90), "0000aa", "captures a page that does not finish loading");
});
