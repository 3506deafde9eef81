import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { test } from "node:test";
import { AppError, createMachineToken, isMachineToken, systemClock } from "../../../core/base/index.ts";
import { type ForgeAdapter, type ForgeOwner, renewAlone } from "../../../core/forges/index.ts";
import { testForgeContract } from "../../forge-contract.ts";
import { forgeUnderTest } from "../testing/contract-forge.ts";
import { makeVault, serveToMachines } from "../testing/forge-elsewhere.ts";
import { makeForge, makeStarted } from "../testing/local-forge-fixture.ts";
import { callPath, callSubject, decode, digestHeader, digestOf, encode, findMethod } from "./call.ts";
import { gitSubject } from "./git-subject.ts";
import { isFromMachine } from "./machine-request.ts";

testForgeContract("local forge on another machine", async (t) => {
  const started = await makeStarted(t);
  const { elsewhere } = await serveToMachines(t, started);
  return forgeUnderTest(started, elsewhere());
});

const connect = (forge: ForgeAdapter) =>
  forge.connect({
    webUrl: "http://x.example",
    apiUrl: "http://x.example",
    credential: { type: "token", token: "", username: null },
    renew: renewAlone,
  });

test("gives host git a URL with a token for one repository on another machine, and a folder on its own", async (t) => {
  const made = await makeForge(t);
  const { elsewhere, owner, vault, url } = await serveToMachines(t, made);
  const remote = await connect(elsewhere()).remote(made.repository);
  assert.ok(remote.kind === "https");
  assert.equal(remote.url, `${url}/git/acme/app.git`);
  const token = remote.credential!.password;
  const parts = { vault, clock: systemClock };
  assert.equal(isMachineToken(parts, token, gitSubject({ owner: "acme", name: "app" })), true);
  assert.equal(isMachineToken(parts, token, gitSubject({ owner: "acme", name: "other" })), false);
  const own = await connect(elsewhere({ machineId: owner.machineId })).remote(made.repository);
  assert.deepEqual(own, { kind: "local", owner: "acme", name: "app" });
});

test("rejects a machine with another master key or a wrong clock", async (t) => {
  const made = await makeForge(t);
  const { elsewhere } = await serveToMachines(t, made);
  const slow = { ...systemClock, now: () => new Date(Date.now() - 10 * 60_000) };
  for (const change of [{ vault: await makeVault(t) }, { clock: slow }])
    await assert.rejects(connect(elsewhere(change)).account(), {
      code: "forge_unauthorized",
      message: /same master key file.*clocks/,
    });
  assert.equal((await connect(elsewhere()).account()).login, "tembo", "control");
});

test("executes only the call for which a token was created, and only methods of the port", async (t) => {
  const made = await makeForge(t);
  const { url, vault } = await serveToMachines(t, made);
  const send = async (body: string, token: string, digest = digestOf(body)) => {
    const headers = { authorization: `Bearer ${token}`, [digestHeader]: digest };
    return (await fetch(`${url}${callPath}`, { method: "POST", body, headers })).status;
  };
  const tokenFor = (subject: string) => createMachineToken({ vault, clock: systemClock }, subject, 60_000);
  const digest = digestOf("{}");
  const other = tokenFor(callSubject(digestOf("[]")));
  for (const token of [
    other,
    tokenFor(gitSubject(made.repository)),
    "tembo_machine_",
    "x",
    made.writer.token,
  ])
    assert.equal(await send("{}", token), 401, token);
  assert.equal(await send("[]", tokenFor(callSubject(digest)), digest), 401, "another body");
  assert.equal(await send("{}", tokenFor(callSubject(digest))), 200, "control");
  for (const name of ["constructor", "reviewing.constructor", "signer", "name", "reviewing.nope", "a.b"])
    assert.equal(findMethod(made.forge, name), null, name);
});

test("rejects a request without a valid token before it receives the body", {
  timeout: 30_000,
}, async (t) => {
  const { url, vault } = await serveToMachines(t, await makeForge(t));
  const digest = digestOf("{}");
  const otherDigest = digestOf("[]");
  const token = createMachineToken({ vault, clock: systemClock }, callSubject(otherDigest), 60_000);
  const signed = { authorization: `Bearer ${token}` };
  for (const headers of [{}, signed, { ...signed, [digestHeader]: digest }]) {
    const open = request(`${url}${callPath}`, {
      method: "POST",
      headers: { ...headers, "content-length": 1000 },
    });
    open.flushHeaders();
    const [response] = (await once(open, "response")) as [IncomingMessage];
    assert.equal(response.statusCode, 401);
    open.destroy();
  }
});

test("recognizes the calls and git requests of other machines", async (t) => {
  const parts = { vault: await makeVault(t), clock: systemClock };
  const digest = digestOf("{}");
  const call = createMachineToken(parts, callSubject(digest), 60_000);
  const git = createMachineToken(parts, gitSubject({ owner: "acme", name: "app" }), 60_000);
  const asBasic = `Basic ${Buffer.from(`tembo:${git}`).toString("base64")}`;
  const isKnown = (url: string, authorization: string, of = digest) =>
    isFromMachine(parts, { url, headers: { authorization, [digestHeader]: of } });
  const [app, other] = ["app", "other"].map((name) => `/git/acme/${name}.git/git-upload-pack`);
  assert.equal(isKnown(callPath, `Bearer ${call}`), true);
  assert.equal(isKnown(app!, asBasic), true);
  assert.equal(isKnown(callPath, `Bearer ${call}`, digestOf("[]")), false);
  assert.equal(isKnown(callPath, `Bearer ${git}`), false);
  assert.equal(isKnown(other!, asBasic), false);
  assert.equal(isKnown(app!, `Bearer ${call}`), false);
});

test("reports that the server with the repositories must start first, and uses it once it has", async (t) => {
  const made = await makeForge(t);
  const { owner, elsewhere } = await serveToMachines(t, made);
  let recorded: ForgeOwner | null = null;
  const shared = elsewhere({ findOwner: async () => recorded, problemOfOwning: async () => "Start it." });
  await assert.rejects(connect(shared).account(), { code: "unavailable", message: "Start it." });
  recorded = owner;
  assert.equal((await connect(shared).account()).login, "tembo");
});

test("reports a server that does not respond", async (t) => {
  const made = await makeForge(t);
  const { owner, elsewhere } = await serveToMachines(t, made);
  owner.url = "http://127.0.0.1:1";
  await assert.rejects(connect(elsewhere()).account(), { code: "unavailable", message: /does not respond/ });
});

test("transfers dates, undefined, lists and the caller's signal", () => {
  const { signal } = new AbortController();
  const value = {
    at: new Date(5),
    none: undefined,
    list: [1, { deep: null }],
    signal: AbortSignal.timeout(1),
  };
  assert.deepEqual(decode(encode(value), signal), { ...value, signal });
  assert.throws(() => decode("{", signal), AppError);
});
