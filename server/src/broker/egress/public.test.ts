import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Address that exists only in the test's network namespace. The test cannot reach its real owner. */
const publicAddress = "93.184.215.14";

test("reaches public addresses, but blocks DNS rebinding and redirects to private addresses", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tembo-public-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const scenario = fileURLToPath(new URL("./testing/public-scenario.ts", import.meta.url));
  const script = `ip link set lo up && ip addr add ${publicAddress}/32 dev lo && exec "$@"`;
  const { stdout } = await promisify(execFile)("unshare", [
    ...["--net", "--map-root-user", "sh", "-c", script, "sh"],
    ...[process.execPath, scenario, publicAddress, join(folder, "e")],
  ]);
  const { statuses, seen, denied, turns } = JSON.parse(stdout);
  assert.deepEqual(statuses, {
    public: "302",
    redirected: "403",
    tunnel: "200",
    address: "200",
    mixed: "200",
    turning: "200",
    turned: "403",
  });
  assert.deepEqual(denied, ["inner.example notPublic", "turning.example notPublic"]);
  assert.equal(turns, 2, "each connection has its own lookup");
  assert.deepEqual(seen, [
    // A secret applies to this host. The secret must not be sent without TLS.
    `${publicAddress} public.example:8080 none`,
    `${publicAddress} x none`,
    `${publicAddress} ${publicAddress}:8080 none`,
    `${publicAddress} mixed.example:8080 none`,
    `${publicAddress} x none`,
  ]);
});
