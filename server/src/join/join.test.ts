import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { joinKeysOf, newJoinToken, openJoinAnswer, sealForJoin, storedPartsOf } from "./join-keys.ts";
import { joinUrl } from "./request-join.ts";
import { startJoinWorld, theAnswer } from "./testing/join-world.ts";

test("gives a machine the settings and the master key once, and records it", async (t) => {
  const world = await startJoinWorld(t);
  const token = await world.createToken();
  assert.deepEqual(await world.join(token), theAnswer);
  await assert.rejects(world.join(token), /has been used.*tembo worker token/);
  assert.deepEqual(world.events, ["joinToken.created", "worker.joined"]);
});

test("sends and stores neither the token nor an unencrypted response", async (t) => {
  const world = await startJoinWorld(t);
  const token = await world.createToken();
  await world.join(token);
  const secret = secretOf(token);
  const [stored] = world.tokens.values();
  for (const bytes of [...world.bodies, stored!.proofHash, stored!.publicKey, stored!.signature]) {
    assert.ok(!bytes.includes("tembo-master-key-1") && !bytes.includes("postgresql"));
    assert.ok(!bytes.includes(secret) && !bytes.includes(Buffer.from(secret, "base64url")));
  }
  const { id } = joinKeysOf(token);
  const another = joinKeysOf(`tembo_join_${id.replaceAll("-", "")}_${secretOf(newJoinToken())}`);
  assert.throws(
    () => openJoinAnswer(another, world.bodies[0]!),
    /does not come from the server that created the token/,
  );
});

test("refuses an expired token", async (t) => {
  const world = await startJoinWorld(t);
  const token = await world.createToken();
  world.setNow(new Date("2026-01-02T03:19:05.678Z"));
  await assert.rejects(world.join(token), { code: "invalid_input", message: /has expired/ });
});

test("refuses an unknown token, and one that another program has written to the database", async (t) => {
  const world = await startJoinWorld(t);
  await world.createToken();
  const forged = newJoinToken();
  await assert.rejects(world.join(forged), /not known to this server/);
  const parts = storedPartsOf(joinKeysOf(forged));
  world.tokens.set(parts.id, { ...[...world.tokens.values()][0]!, ...parts });
  await assert.rejects(world.join(forged), /not known to this server/);
});

test("does not use a token up if the proof, the version or the server's settings do not fit", async (t) => {
  const world = await startJoinWorld(t);
  const token = await world.createToken();
  await assert.rejects(world.join(token.replace(secretOf(token), "A".repeat(43))), /not known/);
  await assert.rejects(world.join(token, { version: "0.9.0 (0001-first)" }), {
    code: "conflict",
    message: /has Tembo 0\.9\.0 .*the server has 1\.0\.0/,
  });
  world.setAnswer("The server uses its embedded PostgreSQL.");
  await assert.rejects(world.join(token), { code: "conflict", message: /embedded.*remains valid/ });
  world.setAnswer(theAnswer);
  assert.deepEqual(await world.join(token), theAnswer, "control");
});

test("reports a URL without a Tembo server, and one that does not respond", async (t) => {
  const world = await startJoinWorld(t);
  const token = await world.createToken();
  const other = createServer((_request, response) => response.writeHead(404).end("<html>")).listen(
    0,
    "127.0.0.1",
  );
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  await assert.rejects(world.join(token, { url }), /is not a Tembo server/);
  other.close();
  await once(other, "close");
  await assert.rejects(world.join(token, { url }), { code: "unreachable", message: /does not respond/ });
  await assert.rejects(world.join("tembo_join_x"), /is not a join token/);
});

test("requires HTTPS, except to this machine and to hosts that the operator lists", () => {
  const check = (url: string, ...privateHosts: string[]) => joinUrl({ url, privateHosts }).href;
  for (const url of ["http://tembo.example.com", "http://10.0.0.5:3000", "http://localhost.example.com"])
    assert.throws(() => check(url), /is not encrypted.*TEMBO_PRIVATE_HOSTS/);
  for (const url of ["ftp://x", "tembo", "http://user@localhost"])
    assert.throws(() => check(url), /is not a URL/);
  for (const url of [
    "https://tembo.example.com/",
    "http://localhost:3000/",
    "http://127.0.0.1/",
    "http://[::1]/",
  ])
    assert.equal(check(url), url);
  assert.equal(check("http://10.0.0.5:3000/", "10.0.0.5:3000"), "http://10.0.0.5:3000/");
  assert.equal(check("http://tembo.internal/", "tembo.internal"), "http://tembo.internal/");
});

test("opens an answer only if it was sealed for the token and is unchanged", () => {
  const keys = joinKeysOf(newJoinToken());
  const { id, publicKey } = storedPartsOf(keys);
  const sealed = sealForJoin(publicKey, id, "text");
  assert.equal(openJoinAnswer(keys, sealed), "text");
  sealed[sealed.length - 1]! ^= 1;
  for (const wrong of [sealed, Buffer.alloc(0), sealForJoin(publicKey, "another", "text")])
    assert.throws(() => openJoinAnswer(keys, wrong), { code: "invalid_input" });
});

/** Returns the last part of a token. It may contain "_". */
const secretOf = (token: string) => token.split("_").slice(3).join("_");
