import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import type { Preview } from "../../../contract/src/preview/preview.ts";
import {
  cookieOf,
  type PreviewWorld,
  startPreviewWorld,
} from "../../../server/src/http/preview/testing/preview-world.ts";
import { onPlace } from "./support/probe.ts";

interface Place {
  readonly world: PreviewWorld;
  /** A program that returns the request's head, as it received it. */
  readonly echo: Preview;
  /** A preview of another session, whose program does the same. */
  readonly other: Preview;
}

const act = onPlace<Place>(
  async () => {
    const world = await startPreviewWorld();
    const reply = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
    const run = () => world.runRaw((socket) => socket.once("data", (head) => socket.end(`${reply}${head}`)));
    const { id } = await world.testStore.addSession();
    return { world, echo: await world.publish(await run()), other: await world.publish(await run(), id) };
  },
  ({ world }) => world[Symbol.asyncDispose](),
);

const hostOf = ({ url }: Preview) => new URL(url).host;

/** Sends bytes and returns the response until the connection closes. */
async function send(port: number, bytes: string): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("error", () => {});
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
    if (text.length > 1_000_000) socket.destroy();
  });
  socket.write(bytes);
  await once(socket, "close");
  return text;
}

/** Sends bytes through a proxy that forwards them unchanged. */
async function sendUnguarded(port: number, bytes: string): Promise<string> {
  const proxy = createServer((socket) => {
    const program = connect({ port, host: "127.0.0.1" });
    for (const one of [socket, program]) one.on("error", () => {});
    socket.pipe(program).pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const answer = await send((proxy.address() as AddressInfo).port, bytes);
  proxy.close();
  return answer;
}

for (const [what, cookies] of [
  ["the grant of the person", (grant: string) => grant],
  ["the sign-in of the person", () => "tembo_session=stolen"],
] as const) {
  const request = async ({ world, echo }: Place) => {
    const grant = await world.enter(echo);
    return `GET / HTTP/1.1\r\nhost: ${hostOf(echo)}\r\ncookie: ${grant}; ${cookies(grant)}; app=1\r\nconnection: close\r\n\r\n`;
  };
  act(`a program behind a preview does not receive ${what}`, {
    attempt: async (place) => send(place.world.port, await request(place)),
    contained: /^HTTP\/1\.1 200 OK[\s\S]*cookie: app=1\r\n/i,
    escaped: /tembo_(preview|session)=/,
    control: async (place) => sendUnguarded(place.echo.port, await request(place)),
  });
}

act("a person's API key in a request to a preview does not reach the program", {
  attempt: async ({ world, echo }) => {
    const headers = { cookie: await world.enter(echo), authorization: `Bearer ${world.ownKey}` };
    return (await world.ask(echo.url, { headers })).text;
  },
  contained: /^GET \/ HTTP/,
  escaped: /bearer tembo_/i,
  control: ({ world, echo }) =>
    sendUnguarded(echo.port, `GET / HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${world.ownKey}\r\n\r\n`),
});

act("a request that is smuggled behind a body with two lengths does not reach the program", {
  attempt: async (place) => send(place.world.port, await smuggled(place)),
  contained: /^HTTP\/1\.1 400 /,
  escaped: /GET \/smuggled/,
  control: async (place) => sendUnguarded(place.echo.port, await smuggled(place)),
});

async function smuggled({ world, echo }: Place): Promise<string> {
  const inner = "GET /smuggled HTTP/1.1\r\nhost: localhost\r\n\r\n";
  return `POST / HTTP/1.1\r\nhost: ${hostOf(echo)}\r\ncookie: ${await world.enter(echo)}\r\ncontent-length: ${inner.length}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${inner}`;
}

act("a grant of one session does not open another session's preview", {
  attempt: async ({ world, echo, other }) =>
    describe(await world.ask(other.url, { headers: { cookie: await world.enter(echo) } })),
  contained: /^401 /,
  escaped: /^200 GET/,
  control: async ({ world, other }) =>
    describe(await world.ask(other.url, { headers: { cookie: await world.enter(other) } })),
});

act("a person of another organization cannot open a preview", {
  attempt: async ({ world, echo }) => {
    const key = await world.addKey(await world.testStore.addOrganization());
    return world.open(echo, key).then(({ url }) => url, String);
  },
  contained: /404/,
  escaped: /\.tembo\/enter\?code=/,
  control: async ({ world, echo }) => (await world.open(echo)).url,
});

act("a link to a preview does not work twice", {
  attempt: async ({ world, echo }) => {
    const { url } = await world.open(echo);
    await world.ask(url);
    return describe(await world.ask(url));
  },
  contained: /^410 /,
  escaped: /^303 tembo_preview/,
  control: async ({ world, echo }) => describe(await world.ask((await world.open(echo)).url)),
});

act("a link to a preview does not work after a minute", {
  attempt: async ({ world, echo }) => {
    const { url } = await world.open(echo);
    const { clock } = world.testStore;
    const now = clock.now();
    clock.set(new Date(now.getTime() + 60_000));
    const answer = await world.ask(url);
    clock.set(now);
    return describe(answer);
  },
  contained: /^410 /,
  escaped: /^303 tembo_preview/,
  control: async ({ world, echo }) => describe(await world.ask((await world.open(echo)).url)),
});

act("a link that one browser requested does not work in another browser", {
  attempt: async (place) => describe(await place.world.ask(await boundLink(place, null))),
  contained: /^410 /,
  escaped: /^303 tembo_preview/,
  control: async (place) => {
    const first = await askAsBrowser(place);
    const headers = { cookie: cookieOf(first) };
    return describe(await place.world.ask(await boundLink(place, first), { headers }));
  },
});

const askAsBrowser = ({ world, echo }: Place) => world.ask(echo.url, { headers: { accept: "text/html" } });

/** Returns a link for the browser that received `first`, or for a new browser. */
async function boundLink(
  place: Place,
  first: Awaited<ReturnType<typeof askAsBrowser>> | null,
): Promise<string> {
  const { location } = (first ?? (await askAsBrowser(place))).headers;
  const body = Object.fromEntries(new URL(location!).searchParams);
  const { world } = place;
  return (await world.callApi<{ url: string }>("/v1/previews/open", world.ownKey, "POST", body)).url;
}

act("the API does not exist at a preview's host", {
  attempt: async ({ world, echo }) => askApi(world, hostOf(echo)),
  contained: /^401 /,
  escaped: /"organizationId"/,
  control: ({ world }) => askApi(world, `localhost:${world.port}`),
});

async function askApi(world: PreviewWorld, host: string): Promise<string> {
  const headers = { authorization: `Bearer ${world.ownKey}` };
  return describe(await world.ask(`http://${host}/auth/context`, { headers }));
}

act("a preview's host in an absolute address does not lead to the dashboard's host, nor the other way", {
  attempt: async ({ world, echo }) => {
    const key = `authorization: Bearer ${world.ownKey}\r\nconnection: close\r\n\r\n`;
    const dashboard = `localhost:${world.port}`;
    const cookie = `cookie: ${await world.enter(echo)}\r\n`;
    return [
      await send(
        world.port,
        `GET http://${dashboard}/auth/context HTTP/1.1\r\nhost: ${hostOf(echo)}\r\n${cookie}${key}`,
      ),
      await send(
        world.port,
        `GET /auth/context HTTP/1.1\r\nhost: ${hostOf(echo)}\r\nhost: ${dashboard}\r\n${cookie}${key}`,
      ),
    ].join();
  },
  contained: /^HTTP\/1\.1 400 [\s\S]*HTTP\/1\.1 40[04] /,
  escaped: /"organizationId"/,
  control: ({ world }) =>
    send(
      world.port,
      `GET /auth/context HTTP/1.1\r\nhost: localhost:${world.port}\r\nauthorization: Bearer ${world.ownKey}\r\nconnection: close\r\n\r\n`,
    ),
});

for (const [what, bytes, escaped] of [
  [
    "endless headers",
    `HTTP/1.1 200 OK\r\n${`x-long: ${"y".repeat(8_000)}\r\n`.repeat(130)}`,
    /(?:x-long: y+\s+){100}/,
  ],
  ["two responses to one request", responses("evil"), /evil/],
  ["bytes that are not HTTP", "SSH-2.0-evil\r\n", /SSH-2\.0/],
] as const) {
  act(`a program's ${what} do not reach the browser`, {
    attempt: async ({ world }) => {
      const preview = await world.publish(
        await world.runRaw((socket) => socket.once("data", () => socket.end(bytes))),
      );
      return describe(await world.ask(preview.url, { headers: { cookie: await world.enter(preview) } }));
    },
    contained: /^(?:502 The program sent no valid response|200 fine$)/,
    escaped,
    control: async ({ world }) => {
      const port = await world.runRaw((socket) => socket.once("data", () => socket.end(bytes)));
      return sendUnguarded(port, "GET / HTTP/1.1\r\n\r\n");
    },
  });
}

function responses(second: string): string {
  return ["fine", second].map((body) => `HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n${body}`).join("");
}

act("a program cannot set a cookie for the domain of other previews, or with the name of a grant", {
  attempt: async ({ world }) => {
    const preview = await world.publish(await world.run(setsCookies));
    return cookies(await world.ask(preview.url, { headers: { cookie: await world.enter(preview) } }));
  },
  contained: /^app=1; Path=\/$/,
  escaped: /domain=|tembo_preview/i,
  control: async ({ world }) => {
    const port = await world.run(setsCookies);
    return cookies({
      headers: { "set-cookie": (await fetch(`http://127.0.0.1:${port}`)).headers.getSetCookie() },
    });
  },
});

function setsCookies(_request: unknown, response: import("node:http").ServerResponse): void {
  response.setHeader("set-cookie", ["app=1; Domain=preview.localhost; Path=/", "tembo_preview=x; Path=/a"]);
  response.end();
}

const cookies = ({ headers }: { readonly headers: { readonly "set-cookie"?: string[] | undefined } }) =>
  (headers["set-cookie"] ?? []).join("\n");

const describe = ({ status, headers, text }: Awaited<ReturnType<PreviewWorld["ask"]>>) =>
  `${status} ${(headers["set-cookie"] ?? [text]).join()}`;
