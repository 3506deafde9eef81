import assert from "node:assert/strict";
import { test } from "node:test";
import { asTyped } from "./command-name.ts";
import { runCommand } from "./testing/run-command.ts";

const asked =
  'run "tembo login"; tembo is not touched: tembo session watch 1 ("tembo session stop 1" ends it)';

test("adapts the commands in a hint to how tembo was started", () => {
  assert.equal(asTyped(asked, {}), asked);
  assert.equal(
    asTyped(asked, { npm_lifecycle_event: "npx" }),
    'run "npx tembo login"; tembo is not touched: npx tembo session watch 1 ("npx tembo session stop 1" ends it)',
  );
  assert.equal(asTyped("tembo repo list", { npm_lifecycle_event: "tembo" }), "npm run tembo -- repo list");
  assert.equal(asTyped("tembo repo list", { npm_lifecycle_event: "start" }), "tembo repo list");
});

test("prints a hint that names the command as the user started it", async () => {
  const hintOf = async (env: NodeJS.ProcessEnv) =>
    /^Next: run "(.*?)"/m.exec((await runCommand(["session", "list"], { env })).stderr)?.[1];
  assert.equal(await hintOf({}), "tembo login");
  assert.equal(await hintOf({ npm_lifecycle_event: "npx" }), "npx tembo login");
});
