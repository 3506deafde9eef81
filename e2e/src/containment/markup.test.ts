import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { API_KEY, startWorld, type World } from "../support/index.ts";
import { onPlace } from "./support/probe.ts";
import { type WorkedTurn, workTurn } from "./support/turn.ts";

interface Place {
  readonly world: World;
  readonly turn: WorkedTurn;
}

/** Markup that a page would execute, with a word by which the test finds it. */
const markup = (word: string) => `<img src=x onerror=alert(1) alt=${word}>`;

const act = onPlace<Place>(
  async () => {
    const world = await startWorld();
    const turn = await workTurn(world, {
      repository: "markup/app",
      prompt: `${markup("prompted")} `,
      words: markup("spoken"),
      attack: `printf x > '${markup("named")}'; ls; exit 1`,
    });
    return { world, turn };
  },
  ({ world }) => world.close(),
);

for (const [sentence, word, path] of [
  ["a prompt in a session is not served as HTML", "prompted", (id: string) => `/v1/sessions/${id}`],
  ["a prompt in the session list is not served as HTML", "prompted", () => "/session/list"],
  ["a prompt in the events is not served as HTML", "prompted", (id: string) => `/v1/sessions/${id}/events`],
  [
    "a model's text in the events is not served as HTML",
    "spoken",
    (id: string) => `/v1/sessions/${id}/events`,
  ],
  ["a file name in the events is not served as HTML", "named", (id: string) => `/v1/sessions/${id}/events`],
  [
    "a branch name in the diffs is not served as HTML",
    "prompted",
    (id: string) => `/v1/sessions/${id}/diffs`,
  ],
  ["an unknown path is not echoed as HTML", "", () => `/v1/${encodeURI(markup("asked"))}`],
] as const) {
  act(sentence, {
    attempt: async ({ world, turn }) => judge(await ask(world.url, path(turn.sessionId)), word),
    contained: /^kept as text$/,
    escaped: /^a browser would run it$/,
    // Serves the same text without a content type.
    control: async ({ world, turn }) => {
      const text = await (await ask(world.url, path(turn.sessionId))).text();
      const server = createServer((_request, response) => response.end(text)).listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const judged = await judge(await ask(`http://127.0.0.1:${port}`, "/"), word);
      server.close();
      return judged;
    },
  });
}

const ask = (url: string, path: string) =>
  fetch(`${url}${path}`, { headers: { authorization: `Bearer ${API_KEY}`, connection: "close" } });

/**
 * Reports whether a browser could execute the body. Browsers guess the type unless the response has a JSON type and
 * `nosniff`.
 */
async function judge(response: Response, word: string): Promise<string> {
  const body = await response.text();
  if (!body.includes(word)) return `the response does not contain ${word}: ${response.status} ${body}`;
  const isData = /^application\/(problem\+)?json\b/.test(response.headers.get("content-type") ?? "");
  const isGuessed = response.headers.get("x-content-type-options") !== "nosniff";
  return isData && !isGuessed ? "kept as text" : "a browser would run it";
}
