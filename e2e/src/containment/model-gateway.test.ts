import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { loadPrices } from "../../../server/src/broker/model/metering/prices.ts";
import { createModelGateways } from "../../../server/src/broker/model/model-gateway.ts";
import { testOutbound } from "../../../server/src/outbound/testing/test-outbound.ts";
import { inside } from "../../../server/src/sandbox/inside/places.ts";
import { freePort } from "../../../server/src/testing/free-port.ts";
import { inBareBubblewrap } from "./support/controls.ts";
import { startPlainProxy } from "./support/plain-proxy.ts";
import { onCombinations } from "./support/probe.ts";
import { node, type Script } from "./support/script.ts";
import { loot, type Stage, setStage } from "./support/stage.ts";

interface Place {
  readonly stage: Stage;
  /** Port of a proxy without checks, which replaces the gateway in the control. */
  readonly proxyPort: number;
  readonly lootPort: number;
  close(): Promise<void>;
}

const log = { info() {}, warn() {}, error() {} };

const act = onCombinations<Place>(
  async (combination) => {
    const stage = await setStage(combination);
    const provider = await listen(createServer((_request, response) => response.end('{"from":"provider"}')));
    const elsewhere = await listen(createServer((_request, response) => response.end(loot)));
    const proxyPort = await freePort();
    const proxy = await startPlainProxy(proxyPort);
    const baseUrl = `http://127.0.0.1:${portOf(provider)}`;
    const used = { credential: { apiKey: "key" }, addresses: { baseUrl } };
    const openModelGateway = createModelGateways({
      providers: { anthropic: used, openai: used, gemini: used },
      prices: await loadPrices(null),
      outbound: testOutbound(),
      log,
    });
    const gateway = await openModelGateway({
      ...stage.sandbox.forward("model"),
      family: "anthropic",
      reachesNetwork: true,
      provider: "anthropic",
      credential: null,
      meter: { hasBudget: false, admit: async () => null, release: async () => {}, record: async () => {} },
    });
    const close = async () => {
      await gateway.close();
      for (const server of [provider, elsewhere, proxy]) server.close();
      await stage.close();
    };
    const place = { stage, proxyPort, lootPort: portOf(elsewhere), close };
    const answer = await attempt(place, ["GET /v1/models HTTP/1.0\r\n\r\n"]);
    if (!answer.includes('{"from":"provider"}'))
      throw new Error(`The gateway did not return the provider's response: ${answer}`);
    return place;
  },
  ({ close }) => close(),
);

/**
 * Returns a script that sends each message after the response to the previous one. Replaces LOOT with the address of
 * the server that returns the loot.
 */
function sendEach(port: number, messages: readonly string[], lootPort: number): Script {
  const replaced = messages.map((message) => message.replaceAll("LOOT", `127.0.0.1:${lootPort}`));
  return node(`const messages = ${JSON.stringify(replaced)};
    const socket = require("node:net").connect(${port}, "127.0.0.1", () => socket.write(messages.shift(), "latin1"));
    socket.on("data", (chunk) => { process.stdout.write(chunk); if (messages.length) socket.write(messages.shift(), "latin1"); });
    socket.on("error", (error) => console.log(error.code)).on("close", () => console.log("closed")).setTimeout(1500, () => socket.destroy());`);
}

const attempt = ({ stage, lootPort }: Place, messages: readonly string[]) =>
  stage.run(sendEach(inside.ports.model, messages, lootPort));

const get = "GET / HTTP/1.1\r\nHost: LOOT\r\nConnection: close\r\n\r\n";

for (const [sentence, messages] of [
  ["the model gateway sends no request to another host", [get.replace("/", "http://LOOT/")]],
  ["the model gateway sends no model request to another host", [get.replace("/", "http://LOOT/v1/models")]],
  ["the model gateway opens no tunnel", ["CONNECT LOOT HTTP/1.1\r\nHost: LOOT\r\n\r\n", get]],
] as const) {
  act(sentence, {
    attempt: (place) => attempt(place, messages),
    contained: /HTTP\/1\.1 4\d\d|closed/,
    control: ({ stage, proxyPort, lootPort }) =>
      inBareBubblewrap({ share: ["net"] })(sendEach(proxyPort, messages, lootPort), stage),
  });
}

async function listen(server: Server): Promise<Server> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
