import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { overlap } from "../../../testing/race.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { openVault } from "../../../vault/open-vault.ts";
import { createApiKey } from "../../accounts/api-key/create-api-key.ts";
import { type Actor, createMemberKey, inviteMember, removeMember } from "../../accounts/index.ts";
import { newId, type Vault } from "../../base/index.ts";
import { loadSessionServers } from "./load-session-servers.ts";
import {
  createMcpConnection,
  deleteMcpConnection,
  getMcpConnection,
  type NewMcpServer,
  requireMcpConnections,
  updateMcpConnection,
} from "./mcp-connections.ts";
import { mcpValuesOf } from "./mcp-values.ts";

let t: TestStore;
let vault: Vault;
let folder: string;
before(async () => {
  t = await openTestStore();
  folder = await mkdtemp(join(tmpdir(), "tembo-mcp-"));
  ({ vault } = await openVault({ file: join(folder, "master.key"), usedKeyIds: async () => [] }));
});
after(async () => {
  await t.drop();
  await rm(folder, { recursive: true, force: true });
});

const ports = () => ({ store: t.store, clock: t.clock, vault });
const token = `Bearer ${randomBytes(8).toString("hex")}`;
const remote = (url: string, headers = {}): NewMcpServer => ({ type: "remote", url, headers });
const admin = (): Actor => ({ organizationId: t.organizationId, userId: t.userId, role: "admin" });
const create = (name: string, server: NewMcpServer) =>
  createMcpConnection(ports(), admin(), { name, server });
const load = (names: string[], egress: Parameters<typeof loadSessionServers>[2]["egress"] = null) =>
  loadSessionServers(ports(), t.organizationId, { names, egress, userId: null });

test("seals header values, and stores only the header names in the row", async () => {
  const made = await create("Sealed", remote("https://sealed.example/mcp", { Authorization: token }));
  const found = await getMcpConnection(t.store, admin(), made.id);
  assert.deepEqual(found.server, {
    type: "remote",
    url: "https://sealed.example/mcp",
    headerKeys: ["authorization"],
  });
  const { rows } = await t.database.pool.query("select * from mcp_connections, secrets");
  assert.ok(!JSON.stringify(rows).includes(token));
  assert.deepEqual(await mcpValuesOf(ports(), made), { authorization: token });
  await deleteMcpConnection(ports(), admin(), made.id);
  assert.deepEqual(await mcpValuesOf(ports(), made), {}, "deletes the header values with the connection");
});

test("passes the URL to the harness, and the header's value and scheme to the egress proxy", async () => {
  await create("Split One", remote("https://split.example:8443/sse", { authorization: token }));
  const { servers, rules, bound, values, notices } = await load(["Split One"]);
  assert.deepEqual(servers, [
    { transport: "sse", name: "split-one", url: "https://split.example:8443/sse", headers: {} },
  ]);
  const rule = { host: "split.example", port: 8443 };
  const [, value] = token.split(" ");
  assert.deepEqual(rules, [rule]);
  assert.deepEqual(bound, [{ header: "authorization", prefix: "Bearer ", value, rules: [rule] }]);
  assert.deepEqual(values, [{ key: "Split One authorization", value }]);
  assert.deepEqual(notices, []);
});

test("passes variables to an MCP server program, and skips a second connection to the same host", async () => {
  await create("program", {
    type: "stdio",
    command: "serve",
    args: ["--fast"],
    env: { KEY: "hidden-value" },
  });
  await create("host a", remote("https://same.example/a", { "x-key": "one" }));
  await create("host b", remote("https://same.example/b", { "x-key": "two" }));
  const loaded = await load(["program", "host a", "host b", "host a", "gone"]);
  assert.deepEqual(
    loaded.servers.map(({ name }) => name),
    ["program", "host-a"],
  );
  assert.deepEqual(loaded.servers[0], {
    transport: "stdio",
    name: "program",
    argv: ["serve", "--fast"],
    env: { KEY: "hidden-value" },
  });
  assert.deepEqual(
    loaded.bound.map(({ value }) => value),
    ["one"],
  );
  assert.match(loaded.notices[0]!, /"host a" and "host b" use the same host/);
  assert.match(loaded.notices[1]!, /connection "gone" was deleted/);
  assert.deepEqual((await load(["host b"])).bound[0]?.value, "two", "control");
});

test("loads only MCP servers that run as programs when the session has no network access", async () => {
  const { servers, bound, rules, notices } = await load(["program", "host a"], { preset: "none", allow: [] });
  assert.deepEqual([servers.length, bound, rules], [1, [], []]);
  assert.match(notices[0]!, /no network access/);
});

test("rejects an unusable URL, header, variable or command, and a reserved or duplicate name", async () => {
  for (const [server, expected] of [
    [remote("ftp://a.example/"), /must be an http or https URL/],
    [remote("https://user:pass@a.example/"), /must not contain a username/],
    [remote("https://localhost/mcp"), /the sandbox itself/],
    [remote("https://127.0.0.1/mcp"), /the sandbox itself/],
    [remote("https://a.example/", { host: "b.example" }), /host cannot be injected/],
    [remote("https://a.example/", { "x-key": "two\nlines" }), /cannot be sent in a header/],
    [
      { type: "stdio", command: "a", args: [], env: { LD_PRELOAD: "x" } } as const,
      /"LD_PRELOAD" cannot be set/,
    ],
    [{ type: "stdio", command: "a\0", args: [], env: {} } as const, /command/],
  ] as const)
    await assert.rejects(create("Refused", server), { code: "invalid_input", message: expected });
  for (const name of ["tembo", " Tembo ", "--"])
    await assert.rejects(create(name, remote("https://a.example/")), { code: "invalid_input" });
  await assert.rejects(create("HOST A", remote("https://b.example/")), { code: "conflict" });
});

test("keeps the values and the connection time of concurrent changes", async () => {
  const { id } = await create("Concurrent", remote("https://both.example/", {}));
  const set = (values: Readonly<Record<string, string>>) => (store: TestStore["store"]) =>
    updateMcpConnection({ ...ports(), store }, admin(), id, { type: "remote", values });
  await overlap(t, set({ "x-a": "1" }), set({ "x-b": "2" }));
  const place = { organizationId: t.organizationId, id };
  assert.deepEqual(await mcpValuesOf(ports(), place), { "x-a": "1", "x-b": "2" });
  const connect = (store: TestStore["store"]) => store.mcpConnections.setConnected(id, someTime);
  const updated = await overlap(t, connect, set({ "x-c": "3" }));
  assert.deepEqual(updated.connectedAt, someTime);
  assert.deepEqual((await getMcpConnection(t.store, admin(), id)).connectedAt, someTime);
});

test("merges values by key on update, and removes all header values when the URL changes", async () => {
  const { id } = await create("Changed", remote("https://old.example/", { "x-a": "1", "x-b": "2" }));
  const place = { organizationId: t.organizationId, id };
  await updateMcpConnection(ports(), admin(), id, { type: "remote", values: { "X-A": "3", "x-b": null } });
  assert.deepEqual(await mcpValuesOf(ports(), place), { "x-a": "3" });
  const moved = await updateMcpConnection(ports(), admin(), id, {
    type: "remote",
    url: "https://new.example/",
  });
  assert.deepEqual(moved.server, { type: "remote", url: "https://new.example/", headerKeys: [] });
  assert.deepEqual(await mcpValuesOf(ports(), place), {});
  await assert.rejects(updateMcpConnection(ports(), admin(), id, { type: "stdio" }), { code: "conflict" });
});

test("hides an organization's connections from other organizations", async () => {
  const [one] = (await t.store.mcpConnections.list(t.organizationId, { limit: 1, userId: t.userId })).items;
  const other = newId();
  await t.store.organizations.insert({ id: other, name: "Other" });
  const stranger: Actor = { ...admin(), organizationId: other };
  await assert.rejects(getMcpConnection(t.store, stranger, one!.id), { code: "not_found" });
  await assert.rejects(deleteMcpConnection(ports(), stranger, one!.id), { code: "not_found" });
  await assert.rejects(requireMcpConnections(t.store, { ...stranger, keyId: null }, [one!.name]), {
    code: "invalid_input",
  });
  await requireMcpConnections(t.store, { ...admin(), keyId: null }, [one!.name]);
});

test("restricts a personal connection to its owner, and lets a member create but not share a connection", async () => {
  const key = (userId: string) =>
    createApiKey(ports(), { organizationId: t.organizationId, userId, name: null });
  const invited = await inviteMember(ports(), t.organizationId, { email: "ada@example.com", role: "member" });
  const made = await createMemberKey(
    ports(),
    { ...admin(), kind: "key", confirmedAt: null },
    {
      name: null,
      memberId: invited.id,
      organizationId: null,
    },
  );
  const ada: Actor = { organizationId: t.organizationId, userId: made.key.userId, role: "member" };
  const server: NewMcpServer = { type: "stdio", command: "true", args: [], env: { MINE: "sesame-7" } };
  await assert.rejects(createMcpConnection(ports(), ada, { name: "Shared by Ada", server }), {
    code: "forbidden",
  });
  const own = await createMcpConnection(ports(), ada, { name: "Ada own", server, isPersonal: true });
  assert.equal((await getMcpConnection(t.store, ada, own.id)).userId, ada.userId);
  await assert.rejects(getMcpConnection(t.store, admin(), own.id), { code: "not_found" });
  await assert.rejects(deleteMcpConnection(ports(), admin(), own.id), { code: "not_found" });
  const listed = async (userId: string) =>
    (await t.store.mcpConnections.list(t.organizationId, { limit: 100, userId })).items.map(({ id }) => id);
  assert.ok((await listed(ada.userId)).includes(own.id) && !(await listed(t.userId)).includes(own.id));

  const names = ["Ada own"];
  await requireMcpConnections(t.store, { ...ada, keyId: made.key.id }, names);
  for (const keyId of [(await key(t.userId)).key.id, null])
    await assert.rejects(requireMcpConnections(t.store, { ...admin(), keyId }, names), {
      code: "invalid_input",
    });
  const loaded = async (userId: string | null) =>
    (await loadSessionServers(ports(), t.organizationId, { names, egress: null, userId })).servers.length;
  assert.deepEqual([await loaded(ada.userId), await loaded(t.userId), await loaded(null)], [1, 0, 0]);

  await removeMember(ports(), invited);
  assert.deepEqual(await mcpValuesOf(ports(), own), {}, "deletes the connection with its owner");
  assert.equal(await t.store.mcpConnections.find(t.organizationId, own.id), null);
});
