import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { testOutbound } from "./testing/test-outbound.ts";

async function serve(t: TestContext, answer: RequestListener, host = "127.0.0.1"): Promise<string> {
  const server = createServer(answer);
  server.listen(0, host);
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

const privateAddresses = [
  "http://127.0.0.1:2/",
  "http://2130706433/",
  "http://[::1]:3/",
  "http://10.0.0.1/",
  "http://192.168.1.1/",
  "http://169.254.169.254/latest/meta-data",
  "http://0.0.0.0/",
  "http://[::ffff:127.0.0.1]/",
];

test("rejects a private address in every notation before sending anything, and mentions the setting", async (t) => {
  const asked: unknown[] = [];
  const open = await serve(t, (request, response) => {
    asked.push(request.url);
    response.end();
  });
  const { fetch } = testOutbound({ privateHosts: [] });
  const outcomeText = (url: string) =>
    fetch(url).then(
      () => "answered",
      (error: Error & { code: string }) => `${error.code} ${error.message}`,
    );
  for (const url of privateAddresses)
    assert.match(await outcomeText(url), /^unreachable .*TEMBO_PRIVATE_HOSTS/, url);
  const anonymous = (words: string) => words.replaceAll(/:\d+/g, ":PORT");
  const closed = anonymous(await outcomeText("http://127.0.0.1:2"));
  assert.equal(
    anonymous(await outcomeText(open)),
    closed,
    "the error is the same for an open and a closed port",
  );
  assert.deepEqual(asked, []);
  assert.equal(
    (await testOutbound().fetch(open)).status,
    200,
    "control: accepts a host on the operator's list",
  );
});

test("resolves a name for each connection, and connects to the address that it checked", async (t) => {
  const url = new URL(await serve(t, (_request, response) => response.end("inside")));
  const answers = [["10.0.0.1"], ["127.0.0.1"]];
  const lookup = async () => answers.shift() ?? [];
  const named = `http://forge.example:${url.port}/`;
  const isRefused = { code: "unreachable", message: /forge\.example.*TEMBO_PRIVATE_HOSTS/ };
  await assert.rejects(testOutbound({ privateHosts: [], lookup }).fetch(named), isRefused);
  await assert.rejects(testOutbound({ privateHosts: [], lookup }).fetch(named), isRefused);
  const listed = testOutbound({ privateHosts: ["forge.example"], lookup: async () => ["127.0.0.1"] });
  assert.equal(await (await listed.fetch(named)).text(), "inside");
});

test("never connects to a metadata service, even if the operator lists it", async () => {
  const { fetch } = testOutbound({ privateHosts: ["169.254.169.254"] });
  await assert.rejects(fetch("http://169.254.169.254/"), { code: "unreachable" });
});

test("returns a redirect as the response unless the caller follows it", async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === "/end") response.end("there");
    else response.writeHead(302, { location: "/end" }).end();
  });
  const { fetch } = testOutbound();
  assert.equal((await fetch(`${url}/start`)).status, 302);
  assert.equal(await (await fetch(`${url}/start`, { redirect: "follow" })).text(), "there");
  assert.equal((await fetch(`${url}/start`, { redirect: "follow", method: "POST" })).status, 302);
});

test("does not send the caller's credential or other headers to another origin", async (t) => {
  const seen: IncomingMessage["headers"][] = [];
  const other = await serve(t, ({ headers }, response) => {
    seen.push(headers);
    response.end("log");
  });
  const url = await serve(t, (request, response) => {
    seen.push(request.headers);
    response.writeHead(302, { location: `${other}/log` }).end();
  });
  const headers = { authorization: "Bearer secret", "x-key": "secret", range: "bytes=-5" };
  await (await testOutbound().fetch(url, { headers, redirect: "follow" })).text();
  const [first, second] = seen;
  assert.deepEqual([first?.authorization, first?.["x-key"]], ["Bearer secret", "secret"]);
  assert.deepEqual(
    [second?.authorization, second?.["x-key"], second?.range],
    [undefined, undefined, "bytes=-5"],
  );
});

test("a public host cannot redirect to a listed private host", async (t) => {
  const asked: unknown[] = [];
  const inside = await serve(t, (request, response) => {
    asked.push(request.url);
    response.end();
  });
  const { fetch } = testOutbound({ privateHosts: [new URL(inside).host] });
  for (const namedBy of ["http://forge.example", "https://forge.example"])
    await assert.rejects(fetch(inside, { namedBy }), { code: "unreachable", message: /does not follow/ });
  assert.deepEqual(asked, []);
  assert.equal(
    (await fetch(`${inside}/a`, { namedBy: `${inside}/b` })).status,
    200,
    "control: accepts a redirect on the same host",
  );
});

test("limits the number of redirects", async (t) => {
  let count = 0;
  const url = await serve(t, (_request, response) => {
    count += 1;
    response.writeHead(302, { location: `/${count}` }).end();
  });
  await assert.rejects(testOutbound().fetch(url, { redirect: "follow" }), {
    code: "unreachable",
    message: /redirects too many times/,
  });
  assert.equal(count, 6);
});

test("trusts only the address that the operator configured, and only in the client created for it", async (t) => {
  const url = await serve(t, (_request, response) => response.end());
  const outbound = testOutbound({ privateHosts: [] });
  const model = outbound.trusting(url);
  assert.equal((await model.fetch(url)).status, 200);
  await assert.rejects(outbound.fetch(url), { code: "unreachable" });
  const { hostname, port } = new URL(url);
  await assert.rejects(model.fetch(`http://${hostname}:${Number(port) + 1}`), { code: "unreachable" });
});

test("streams a request over a checked connection, and rejects a private address", async (t) => {
  const url = new URL(
    await serve(t, async (request, response) => {
      response.end(`${request.method} ${await text(request)}`);
    }),
  );
  const outbound = testOutbound();
  const agent = outbound.createAgent("http:");
  t.after(() => agent.destroy());
  for (const used of [undefined, agent, agent]) {
    const sent = await outbound.request(url, { method: "PUT", ...(used && { agent: used }) });
    sent.end("bytes");
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    assert.equal(await text(answer), "PUT bytes");
  }
  const refused = await testOutbound({ privateHosts: [] }).request(url);
  refused.end();
  await assert.rejects(once(refused, "response"), /TEMBO_PRIVATE_HOSTS/);
});

test("logs the target and size of each connection, and each rejection", async (t) => {
  const lines: [string, object][] = [];
  const note = (fields: object, message: string) => void lines.push([message, fields]);
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const log = {
    info: (fields: object, message: string) => {
      note(fields, message);
      resolve();
    },
    warn: note,
    error: note,
  };
  const url = new URL(
    await serve(t, (_request, response) => {
      response.writeHead(200, { connection: "close" }).end("x".repeat(1000));
    }),
  );
  await (await testOutbound({ log }).fetch(url)).text();
  await closed;
  const [message, fields] = lines[0]!;
  assert.equal(message, "an outbound connection was closed");
  const { host, port, receivedBytes, sentBytes } = fields as Record<string, unknown>;
  assert.deepEqual([host, port], ["127.0.0.1", Number(url.port)]);
  assert.ok(Number(receivedBytes) > 1000 && Number(sentBytes) > 10, JSON.stringify(fields));
  await assert.rejects(testOutbound({ log, privateHosts: [] }).fetch(url));
  assert.equal(lines.at(-1)?.[0], "an outbound connection failed");
});

test("sends nothing until the lease of this process is valid", async (t) => {
  let received = 0;
  const url = new URL(
    await serve(t, (_request, response) => {
      received += 1;
      response.end();
    }),
  );
  const valid = Promise.withResolvers<void>();
  let asked = 0;
  const bothAsked = Promise.withResolvers<void>();
  const lease = {
    whenValid: () => {
      asked += 1;
      if (asked === 2) bothAsked.resolve();
      return valid.promise;
    },
  };
  const outbound = testOutbound({ lease }).trusting(url.href);
  const fetched = outbound.fetch(url);
  const requested = outbound.request(url).then((request) => once(request.end(), "response"));
  await bothAsked.promise;
  assert.equal(received, 0);
  valid.resolve();
  assert.equal((await fetched).status, 200);
  await requested;
  assert.equal(received, 2);
});
