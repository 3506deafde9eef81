import assert from "node:assert/strict";
import { createServer } from "node:net";
import { type TestContext, test } from "node:test";
import type { MailServer } from "../core/automation/index.ts";
import { testOutbound } from "../outbound/testing/test-outbound.ts";
import { type SmtpOptions, startSmtp } from "../testing/smtp-server.ts";
import { createMailer } from "./create-mailer.ts";

const mail = {
  to: "ada@example.com",
  subject: "Question: Fix the login",
  text: "Grüße.\n.\nEnd.\n",
  messageId: "n1@tembo.example.com",
};

const server = (change: Partial<MailServer & { password: string | null }> = {}) => ({
  id: "s1",
  organizationId: "o1",
  host: "127.0.0.1",
  port: 25,
  security: "none" as const,
  username: null,
  password: null,
  fromAddress: "tembo@example.com",
  passwordSetAt: null,
  createdAt: new Date(),
  updatedAt: new Date(),
  ...change,
});
const soon = () => AbortSignal.timeout(60_000);

async function smtp(t: TestContext, options: SmtpOptions = {}) {
  const started = await startSmtp(options);
  t.after(() => started.close());
  const mailer = createMailer(testOutbound(started.ca === null ? {} : { extraCa: [started.ca] }));
  return { ...started, mailer };
}

test("sends plain text with a sender, a stable Message-ID and a marker for automatic email", async (t) => {
  const { mailer, port, received } = await smtp(t);
  const result = await mailer.send(server({ port }), mail, soon());
  assert.deepEqual(result, { kind: "sent" });
  const [one] = received;
  assert.deepEqual([one?.from, one?.to], ["tembo@example.com", ["ada@example.com"]]);
  for (const line of [
    /^From: Tembo <tembo@example\.com>$/m,
    /^To: ada@example\.com$/m,
    /^Subject: Question: Fix the login$/m,
    /^Message-ID: <n1@tembo\.example\.com>$/m,
    /^Auto-Submitted: auto-generated$/m,
    /^Content-Type: text\/plain; charset=utf-8$/m,
  ])
    assert.match(one!.content.replaceAll("\r", ""), line);
  assert.match(one!.content, /Gr=C3=BC=C3=9Fe/);
});

for (const security of ["tls", "startTls"] as const)
  test(`encrypts with ${security} before it signs in`, async (t) => {
    const { mailer, port, received, signIns } = await smtp(t, { security, password: "sesame" });
    const account = { username: "tembo", password: "sesame" };
    const result = await mailer.send(server({ host: "localhost", port, security, ...account }), mail, soon());
    assert.deepEqual(result, { kind: "sent" });
    assert.equal(received.length, 1);
    assert.deepEqual(signIns, [{ ...account, isEncrypted: true }]);
  });

test("rejects a certificate that the machine does not trust", async (t) => {
  const { port, signIns } = await smtp(t, { security: "tls", password: "sesame" });
  const mailer = createMailer(testOutbound());
  const account = { username: "tembo", password: "sesame", security: "tls" as const };
  const result = await mailer.send(server({ host: "localhost", port, ...account }), mail, soon());
  assert.equal(result.kind, "failed");
  assert.match(JSON.stringify(result), /No encrypted connection .* check the server's certificate/);
  assert.deepEqual(signIns, []);
});

test("sends no password if the server offers no STARTTLS", async (t) => {
  const { mailer, port, signIns } = await smtp(t, { password: "sesame" });
  const account = { username: "tembo", password: "sesame", security: "startTls" as const };
  const result = await mailer.send(server({ port, ...account }), mail, soon());
  assert.equal(result.kind, "failed");
  assert.match(JSON.stringify(result), /STARTTLS/);
  assert.deepEqual(signIns, []);
});

test("reports a rejected password without repeating it, and does not retry", async (t) => {
  const { mailer, port } = await smtp(t, { security: "tls", password: "sesame" });
  const account = { username: "tembo", password: "wrong-password", security: "tls" as const };
  const result = await mailer.send(server({ host: "localhost", port, ...account }), mail, soon());
  assert.deepEqual([result.kind, result.kind === "failed" && result.mayPass], ["failed", false]);
  assert.match(JSON.stringify(result), /rejected the username or password/);
  assert.doesNotMatch(JSON.stringify(result), /wrong-password/);
});

test("retries a temporary rejection, but not a permanent one", async (t) => {
  const results = [];
  for (const code of [451, 550]) {
    const { mailer, port } = await smtp(t, { rejects: { code, message: "not\r\n now" } });
    results.push(await mailer.send(server({ port }), mail, soon()));
  }
  assert.deepEqual(
    results.map((one) => one.kind === "failed" && one.mayPass),
    [true, false],
  );
  for (const one of results) assert.match(JSON.stringify(one), /rejected .* It responded: \d{3} not/);
});

test("reports an unknown host, a closed port and a denied address", async () => {
  const free = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => free.once("listening", resolve));
  const { port } = free.address() as { port: number };
  await new Promise((resolve) => free.close(resolve));
  const mailer = createMailer(testOutbound({ lookup: async () => [] }));
  const closed = await createMailer(testOutbound()).send(server({ port }), mail, soon());
  assert.deepEqual([closed.kind, closed.kind === "failed" && closed.mayPass], ["failed", true]);
  assert.match(JSON.stringify(closed), /cannot be reached.*ECONNREFUSED/);
  const denied = await createMailer(testOutbound({ privateHosts: [] })).send(server({ port }), mail, soon());
  assert.deepEqual([denied.kind, denied.kind === "failed" && denied.mayPass], ["failed", false]);
  assert.match(JSON.stringify(denied), /TEMBO_PRIVATE_HOSTS/);
  const failing = createMailer(
    testOutbound({
      lookup: async () => {
        throw new Error("getaddrinfo ENOTFOUND smtp.invalid");
      },
    }),
  );
  const unknown = await failing.send(server({ host: "smtp.invalid" }), mail, soon());
  assert.match(JSON.stringify(unknown), /smtp\.invalid:25 has no address.*ENOTFOUND/);
  const bad = await mailer.send(server({ host: "no host" }), mail, soon());
  assert.match(JSON.stringify(bad), /not a valid host name/);
});

test("stops waiting for a silent server when the signal aborts", async (t) => {
  const connected = Promise.withResolvers<void>();
  const silent = createServer(() => connected.resolve()).listen(0, "127.0.0.1");
  t.after(() => silent.close());
  await new Promise((resolve) => silent.once("listening", resolve));
  const { port } = silent.address() as { port: number };
  const stop = new AbortController();
  const sending = createMailer(testOutbound()).send(server({ port }), mail, stop.signal);
  await connected.promise;
  stop.abort(new Error("stopped"));
  await assert.rejects(sending, /stopped/);
});
