import assert from "node:assert/strict";
import { chmod, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Edge, startEdge } from "../../support/api-edge.ts";
import { runOperatorCommand } from "../../support/programs/run-command.ts";

const VALUE = "s3cret-that-nobody-reads-again";
let edge: Edge;
let base: string;
let organizationId: string;

before(async () => {
  edge = await startEdge();
  organizationId = (await edge.json<{ orgId: string }>({ path: "/me" })).orgId;
  base = `/v1/organizations/${organizationId}`;
});
after(() => edge.close());

interface Shown {
  readonly id: string;
  readonly key: string;
}
const create = (body: object) => edge.json<Shown>({ path: `${base}/secrets`, body });

async function everyRow(): Promise<string> {
  const { rows } = await edge.pool.query<{ row: string }>("select s::text as row from secrets s");
  return rows.map(({ row }) => row).join("\n");
}

test("creates, lists, changes and deletes a secret, and exposes its value in no response, log or row", async () => {
  const texts: string[] = [];
  const call = async (request: Parameters<Edge["call"]>[0]) => {
    const response = await edge.call(request);
    texts.push(await response.text());
    return response.status;
  };
  const path = `${base}/secrets`;
  assert.equal(await call({ path, body: { key: "TOKEN", value: VALUE } }), 201);
  const { id } = JSON.parse(texts[0]!) as Shown;
  const one = `${path}/${id}`;
  assert.equal(await call({ path: one }), 200);
  assert.equal(await call({ path: `${path}?search=tok` }), 200);
  assert.match(texts.at(-1)!, /"key":"TOKEN"/);
  assert.equal(await call({ path, body: { key: "TOKEN", value: VALUE } }), 409);
  assert.equal(await call({ path, body: { key: "NOT A NAME", value: VALUE } }), 400);
  assert.equal(await call({ path, body: { key: "LD_PRELOAD", value: VALUE } }), 400);
  assert.equal(await call({ path, body: { key: "NUL", value: `${VALUE}\0` } }), 400);
  assert.equal(await call({ path, body: { key: "LONG", value: VALUE.repeat(5_000) } }), 400);
  assert.equal(await call({ path, body: { key: "X", value: VALUE, extra: VALUE } }), 400);
  assert.equal(await call({ path, body: `{"key": "X", "value": "${VALUE}` }), 400);
  assert.equal(await call({ method: "PATCH", path: one, body: { key: "OTHER", value: `${VALUE}\n` } }), 200);
  const binding = { hosts: ["api.example.com"], header: "authorization" };
  assert.equal(await call({ method: "PUT", path: `${one}/binding`, body: binding }), 400);
  assert.match(texts.at(-1)!, /value of OTHER cannot be sent in a header/);
  assert.equal(await call({ method: "DELETE", path: one }), 200);
  assert.equal(await call({ path: one }), 404);
  const everything = [...texts, edge.tembo.log(), await everyRow()].join("\n");
  for (const form of [VALUE, Buffer.from(VALUE).toString("hex"), Buffer.from(VALUE).toString("base64")])
    assert.ok(!everything.includes(form.slice(0, 20)), form);
});

test("sets, shows and removes a header injection rule", async () => {
  const { id } = await create({ key: "BOUND", value: VALUE });
  const path = `${base}/secrets/${id}/binding`;
  await edge.refused(404, { path }, /has no header injection rule/);
  const body = { hosts: ["API.example.com", "*.example.org:8443"], header: "X-Api-Key", prefix: "Key " };
  const bound = { ...body, hosts: ["api.example.com", "*.example.org:8443"], header: "x-api-key" };
  assert.deepEqual(await edge.json({ method: "PUT", path, body }), bound);
  assert.deepEqual(await edge.json({ path }), bound);
  const refusals = [
    [{ header: "host" }, /^The header host cannot be injected/],
    [{ header: "a b" }, /"a b" is not a valid header name/],
    [{ hosts: ["https://x/"] }, /"https:\/\/x\/".*Remove the scheme/],
    [{ prefix: "a\n" }, /^The prefix/],
  ] as const;
  for (const [wrong, reason] of refusals)
    await edge.refused(400, { method: "PUT", path, body: { ...body, ...wrong } }, reason);
  assert.deepEqual(await edge.json({ path }), bound);
  assert.deepEqual(await edge.json({ method: "DELETE", path }), { id, deleted: true });
  await edge.refused(404, { method: "DELETE", path }, /has no header injection rule/);
});

test("lists secrets newest first, with pagination", async () => {
  for (const n of [1, 2, 3]) await create({ key: `PAGED_${n}`, value: VALUE });
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${cursor}`;
    const page: { items: Shown[]; nextCursor: string | null } = await edge.json({
      path: `${base}/secrets?search=PAGED_&limit=2${query}`,
    });
    seen.push(...page.items.map(({ key }) => key));
    cursor = page.nextCursor;
  } while (cursor !== null);
  assert.deepEqual(seen, ["PAGED_3", "PAGED_2", "PAGED_1"]);
});

test("merges changed settings into the defaults, and never returns a provider's key", async () => {
  const path = `${base}/settings`;
  interface Settings {
    readonly organizationId: string;
    readonly settings: Record<string, unknown>;
  }
  const fresh = await edge.json<Settings>({ path });
  assert.equal(fresh.organizationId, organizationId);
  assert.deepEqual([fresh.settings.defaultSandboxSize, fresh.settings.draftPrs], ["small", false]);
  const patch = (body: object) => edge.json<Settings>({ method: "PATCH", path, body });
  const changed = await patch({ draftPrs: true, defaultSandboxSize: "xl", anthropicApiKey: VALUE });
  assert.deepEqual(changed.settings, { ...fresh.settings, draftPrs: true, defaultSandboxSize: "xl" });
  assert.deepEqual(await edge.json({ path }), changed);
  assert.ok(!(await everyRow()).includes(VALUE) && !edge.tembo.log().includes(VALUE));
  const count = async () => {
    const { rows } = await edge.pool.query("select count(*)::int as n from secrets where kind = 'provider'");
    return rows[0].n;
  };
  assert.equal(await count(), 1);
  await patch({ anthropicApiKey: "", draftPrs: false, defaultSandboxSize: "small" });
  assert.equal(await count(), 0);
  const refused = (body: object, message: RegExp) =>
    edge.refused(400, { method: "PATCH", path, body }, message);
  await refused({}, /at least one/);
  await refused({ defaultAgent: "nobody:x" }, /"nobody" is unknown/);
  await refused({ cloneDepth: 0 }, /cloneDepth/);
  await refused({ onDemandMaxCreditUsage: 1 }, /onDemandMaxCreditUsage/);
  await refused({ openaiApiKey: `${VALUE} x` }, /"openaiApiKey" contains a space/);
});

test("stores and returns egress rules and budgets", async () => {
  const egress = `${base}/egress`;
  assert.deepEqual(await edge.json({ path: egress }), { preset: "none", allow: [] });
  const custom = { preset: "custom", allow: ["api.example.com", "*.example.org:8443"] };
  assert.deepEqual(await edge.json({ method: "PUT", path: egress, body: custom }), custom);
  assert.deepEqual(await edge.json({ path: egress }), custom);
  const wrong = { preset: "custom", allow: ["http://x/"] };
  await edge.refused(400, { method: "PUT", path: egress, body: wrong }, /host "http/);
  await edge.refused(400, { method: "PUT", path: egress, body: { ...custom, preset: "open" } }, /"open"/);
  await edge.refused(400, { method: "PUT", path: egress, body: { preset: "all" } }, /preset/);

  const budget = `${base}/budget`;
  const limits = { perSessionUsd: 0.1, perMonthUsd: null };
  assert.deepEqual(await edge.json({ path: budget }), { perSessionUsd: null, perMonthUsd: null });
  assert.deepEqual(await edge.json({ method: "PUT", path: budget, body: limits }), limits);
  assert.deepEqual(await edge.json({ path: budget }), limits);
  for (const body of [
    { perSessionUsd: -1, perMonthUsd: null },
    { perSessionUsd: 1 },
    { ...limits, perMonthUsd: "1" },
  ])
    await edge.refused(400, { method: "PUT", path: budget, body }, /per(Session|Month)Usd/);
});

test("rotates the master key of a running server, which then uses the new key", async () => {
  const file = join(edge.dataDir, "master.key");
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const earlier = await readFile(file, "utf8");
  const { id } = await create({ key: "ROTATED", value: VALUE });
  const { stdout } = await runOperatorCommand(edge.dataDir, ["key", "rotate-master"]);
  const count = (await edge.pool.query("select count(*)::int as n from secrets")).rows[0].n as number;
  assert.equal(stdout, `Encrypted ${count} secrets with a new master key.\n`);
  assert.notEqual(await readFile(file, "utf8"), earlier);
  // Changes the secret's key. For this, the running server must decrypt the value that another process re-encrypted.
  const path = `${base}/secrets/${id}`;
  await edge.json({ method: "PATCH", path, body: { key: "AFTER" } });
});

test("does not start without the master key file, and decrypts a secret once the file is restored", async () => {
  const file = join(edge.dataDir, "master.key");
  const { id } = await create({ key: "KEPT", value: VALUE });
  await edge.tembo.stop();
  await rename(file, `${file}.away`);
  await assert.rejects(edge.restart(), /master key file .*master\.key is missing.*Copy the file/);
  await rename(`${file}.away`, file);
  await chmod(file, 0o644);
  await assert.rejects(edge.restart(), /can be read by users other than its owner.*chmod 600/);
  await chmod(file, 0o600);
  await edge.restart();
  await edge.json({ method: "PATCH", path: `${base}/secrets/${id}`, body: { key: "KEPT_2" } });
});
