import { once } from "node:events";
import { chmod } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createSessionToolsServer } from "../../../server/src/broker/tools/session-tools-server.ts";
import { socketPathIn } from "../../../server/src/sandbox/forwards/socket-names.ts";
import { inside } from "../../../server/src/sandbox/inside/places.ts";
import { asUser } from "./support/controls.ts";
import { onCombinations } from "./support/probe.ts";
import { node } from "./support/script.ts";
import { loot, type Stage, setStage } from "./support/stage.ts";

interface Place {
  readonly stage: Stage;
  close(): Promise<void>;
}

const log = { info() {}, warn() {}, error() {} };
const view = { name: "mine", description: "", inputSchema: {}, command: null, positional: null, file: null };

/**
 * The session's tools socket belongs to the product. The other session's socket connects to a fake of the whole API
 * that has no guard.
 */
const act = onCombinations<Place>(
  async (combination) => {
    const stage = await setStage(combination);
    const proxy = await createSessionToolsServer({ log }).openTools({
      ...stage.sandbox.forward("tools"),
      tools: { views: [view], call: async (name) => ({ name }) },
    });
    const otherSocket = socketPathIn(stage.otherFolders.socketsPath, "tools");
    const api = createServer((_request, response) => response.end(loot)).listen(otherSocket);
    api.on("connect", (_request, socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${loot}`));
    await once(api, "listening");
    await chmod(otherSocket, 0o777);
    const works = await stage.run(ask("GET", "/tools"));
    if (!works.includes('"mine"')) throw new Error(`The session tools did not respond: ${works}`);
    return { stage, close: () => close(stage, api, proxy) };
  },
  ({ close }) => close(),
);

async function close(stage: Stage, api: Server, proxy: { close(): Promise<void> }): Promise<void> {
  await proxy.close();
  api.closeAllConnections();
  api.close();
  await stage.close();
}

/** Returns a script that sends a request with the exact path. HTTP clients would normalize the path. */
const ask = (method: string, path: string, header = "authorization: Bearer anything") =>
  node(`const socket = require("node:net").connect(${inside.ports.tools}, "127.0.0.1");
    socket.on("connect", () => socket.write(${JSON.stringify(`${method} ${path} HTTP/1.1\r\nhost: tools\r\n${header}\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`)}));
    socket.on("data", (chunk) => process.stdout.write(chunk)).on("error", (error) => console.log(error.code)).on("close", () => console.log("closed")).setTimeout(5000, () => socket.destroy());`);

for (const [sentence, method, path] of [
  ["the session tools give access to no other operation of the API", "GET", "/v1/api-keys"],
  ["the session tools reject a path that leaves their prefix", "POST", "/tools/../v1/sessions"],
  ["the session tools reject an encoded path that leaves their prefix", "POST", "/tools/%2e%2e/v1/sessions"],
  ["the session tools send no request to other hosts", "GET", "http://127.0.0.1:3000/v1/api-keys"],
] as const)
  act(sentence, {
    attempt: ({ stage }) => stage.run(ask(method, path)),
    contained: /^HTTP\/1\.1 404 /,
    control: ({ stage }) => stage.runInOther(ask(method, path)),
  });

for (const [sentence, method, path, header] of [
  [
    "a web page that a browser in the sandbox opens cannot call the session tools",
    "POST",
    "/tools/mine",
    "origin: https://example.com",
  ],
  [
    "a web page that a browser in the sandbox opens cannot list the session tools",
    "GET",
    "/tools",
    "sec-fetch-site: cross-site",
  ],
] as const)
  act(sentence, {
    attempt: ({ stage }) => stage.run(ask(method, path, header)),
    contained: /^HTTP\/1\.1 403 /,
    control: ({ stage }) => stage.runInOther(ask(method, path, header)),
  });

act("the session tools open no tunnel", {
  attempt: ({ stage }) => stage.run(ask("CONNECT", "127.0.0.1:3000")),
  contained: /^closed$/m,
  control: ({ stage }) => stage.runInOther(ask("CONNECT", "127.0.0.1:3000")),
});

act("another session's tools are hidden", {
  attempt: ({ stage }) => stage.run(dial(stage)),
  contained: /^ENOENT$/m,
  control: ({ stage }) => asUser(dial(stage), stage),
});

const dial = ({ otherFolders }: Stage) =>
  node(
    `require("node:http").get({ socketPath: ${JSON.stringify(socketPathIn(otherFolders.socketsPath, "tools"))}, path: "/tools" }, (answer) => answer.pipe(process.stdout)).on("error", (error) => console.log(error.code));`,
  );
