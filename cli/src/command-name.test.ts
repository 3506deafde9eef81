import assert from "node:assert/strict";
import { test } from "node:test";
import { asTyped } from "./command-name.ts";
import { runCommand } from "./testing/run-command.ts";

const asked =
  'run "tembo login"; tembo is not touched: tembo session watch 1 ("tembo session stop 1" ends it)';

test("adapts the commands in a hint to how tembo was started", () => {
  assert.equal(asTyped(asked, {}), asked);
  assert.equal(
    asTyped(asked, { npm_lifecycle_event: "tembo" }),
    'run "npm run tembo -- login"; tembo is not touched: npm run tembo -- session watch 1 ("npm run tembo -- session stop 1" ends it)',
  );
  assert.equal(asTyped("tembo repo list", { npm_lifecycle_event: "start" }), "tembo repo list");
});

test("names a package in a hint for npx, and never the unregistered name of the command", () => {
  const env = { npm_lifecycle_event: "npx" };
  const hintOf = (more: NodeJS.ProcessEnv, packageName?: string) =>
    asTyped("tembo login", { ...env, ...more }, packageName);
  assert.equal(hintOf({}), "npm run tembo -- login");
  assert.equal(hintOf({}, "@opentembo/tembo"), "npx @opentembo/tembo login");
  const tarball = { npm_config_package: "/srv/opentembo-tembo-0.1.0.tgz" };
  assert.equal(
    hintOf(tarball, "@opentembo/tembo"),
    "npx --package /srv/opentembo-tembo-0.1.0.tgz tembo login",
  );
});

test("prints a hint that names the command as the user started it", async () => {
  const hintOf = async (env: NodeJS.ProcessEnv) =>
    /^Next: run "(.*?)"/m.exec((await runCommand(["session", "list"], { env })).stderr)?.[1];
  assert.equal(await hintOf({}), "tembo login");
  assert.equal(await hintOf({ npm_lifecycle_event: "npx" }), "npm run tembo -- login");
});
