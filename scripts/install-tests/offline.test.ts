import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { isOffline } from "./offline.ts";
import { createUserHome, type UserHome } from "./user-home.ts";

const module = join(import.meta.dirname, "user-home.ts");
const createHome = `import { createUserHome } from ${JSON.stringify(module)}; createUserHome().remove();`;
const slow = { timeout: 120_000 };

let user: UserHome;
before(() => {
  user = createUserHome();
});
after(() => user?.remove());

test("an offline run fails if its network namespace has another interface", {
  ...slow,
  skip: process.getuid!() !== 0 && "needs root",
}, async () => {
  const run = (prepare: string, offline: string) => {
    const shell = ["sh", "-euc", `${prepare}\nexec "$@"`, "sh"];
    const node = [process.execPath, "--input-type=module", "--eval", createHome];
    return user.run("unshare", ["--net", ...shell, ...node], { TEMBO_INSTALL_OFFLINE: offline });
  };
  const addInterface = "ip link add extra type veth peer name other";
  await assert.rejects(run(addInterface, "1"), /has the network interfaces other, extra besides lo/);
  await run("", "1");
  await run(addInterface, "");
});

test("an offline run cannot download a package", {
  ...slow,
  skip: !isOffline && 'needs "npm run test:install:offline"',
}, async () => {
  // npm rejects nothing by itself, so that only the missing network remains as a reason.
  const view = (registry: string) =>
    user.run("npm", ["view", "tembo-probe", "version", "--cache", join(user.home, "empty")], {
      npm_config_offline: "false",
      npm_config_fetch_retries: "0",
      ...(registry !== "" && { npm_config_registry: registry }),
    });
  await assert.rejects(view(""), /E(?:AI_AGAIN|NOTFOUND|NETUNREACH|CONNREFUSED)/);
  for (const host of ["192.0.2.1", "2001:db8::1"])
    await assert.rejects(once(connect(443, host), "connect"), { code: "ENETUNREACH" }, host);
  await using registry = await startRegistry();
  assert.equal(await view(registry.url), "1.2.3\n", "control: npm downloads from a registry on loopback");
});

/** Starts a registry with one package. */
async function startRegistry() {
  const versions = { "1.2.3": { name: "tembo-probe", version: "1.2.3", dist: {} } };
  const body = JSON.stringify({ name: "tembo-probe", "dist-tags": { latest: "1.2.3" }, versions });
  const server = createServer((_, response) =>
    response.setHeader("content-type", "application/json").end(body),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}
