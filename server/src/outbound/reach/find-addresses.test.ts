import assert from "node:assert/strict";
import { test } from "node:test";
import { createFindAddresses, lookupWithSystem } from "./find-addresses.ts";

const target = { host: "a.example", port: 443 };
const going = new AbortController().signal;

test("returns only allowed addresses and resolves the name each time", async () => {
  const answers = [["10.0.0.1", "93.184.215.14", "::1"], ["127.0.0.1"]];
  const find = createFindAddresses({
    privateHosts: [{ host: "b.example", port: 8443 }],
    lookup: async () => answers.shift() ?? ["10.0.0.1"],
    lookups: 1,
    lookupMs: 1_000,
  });
  assert.deepEqual(await find(target, going), ["93.184.215.14"]);
  assert.deepEqual(await find(target, going), []);
  assert.deepEqual(await find({ host: "b.example", port: 8443 }, going), ["10.0.0.1"], "listed");
  assert.deepEqual(
    await find({ host: "b.example", port: 443 }, going),
    [],
    "the host is listed for another port",
  );
  assert.deepEqual(await find({ host: "93.184.215.14", port: 1 }, going), ["93.184.215.14"]);
  assert.deepEqual(await find({ host: "169.254.169.254", port: 80 }, going), []);
});

test("limits the number of concurrent lookups and the time that a lookup can wait", async () => {
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const find = createFindAddresses({
    privateHosts: [],
    lookup: (host) => {
      started.push(host);
      return new Promise((resolve) => ends.push(() => resolve(["93.184.215.14"])));
    },
    lookups: 2,
    lookupMs: 50,
  });
  const gone = new AbortController();
  const asked = ["1", "2", "3", "4"].map((name) =>
    find({ host: `${name}.example`, port: 443 }, name === "3" ? gone.signal : going),
  );
  gone.abort(new Error("gone"));
  await assert.rejects(asked[2]!, /gone/);
  assert.deepEqual(started, ["1.example", "2.example"]);
  for (const index of [0, 1, 3]) await assert.rejects(asked[index]!, { name: "TimeoutError" });
  assert.deepEqual(started, ["1.example", "2.example"], "an aborted lookup does not start");
  for (const end of ends) end();
  const later = find(target, going);
  ends.at(-1)!();
  await assert.rejects(find(target, AbortSignal.abort(new Error("gone"))), /gone/);
  await later.catch(() => {});
  assert.deepEqual(started.slice(0, 3), ["1.example", "2.example", "a.example"], "the slots are free again");
});

test("returns the addresses of localhost from the system resolver", async () => {
  const addresses = await lookupWithSystem("localhost");
  assert.ok(addresses.includes("127.0.0.1") || addresses.includes("::1"));
});
