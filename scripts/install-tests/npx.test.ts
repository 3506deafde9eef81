import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { startWorld } from "../../e2e/src/support/index.ts";
import { settlesWithin } from "../../server/src/runtime/with-timeout.ts";
import { type PackedRelease, packRelease } from "./packed-release.ts";
import { timed } from "./timed.ts";
import { createUserHome, type UserHome } from "./user-home.ts";
import { workToMerge } from "./work-to-merge.ts";

const slow = { timeout: 600_000 };
let release: PackedRelease;
let user: UserHome;
before(() => {
  release = packRelease();
  user = createUserHome();
}, slow);
after(() => {
  user?.remove();
  release?.remove();
});

test("npx runs the tarball's server, and a session to a merged pull request", slow, async (context) => {
  const npx = ["npx", "--yes", "--package", release.command, "tembo"];
  let ended = Promise.resolve<unknown>(null);
  const launch = (command: readonly string[], env: Readonly<Record<string, string>>) => {
    const child = user.start([...npx, ...command], env);
    // npx exits before the server, which also has npx's output.
    ended = once(child, "close");
    return child;
  };
  const world = await timed(context, "installation and start of the server", () => startWorld({ launch }));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => world.close());
  cleanup.defer(async () => {
    await world.tembo.stop();
    const hasEnded = await settlesWithin(ended, 60_000);
    // Ends a server that continues without npx.
    user.remove();
    assert.ok(hasEnded, "SIGTERM to npx stops the server");
  });
  await timed(context, "session to a merged pull request", () => workToMerge(world));
  const [file = "", ...args] = npx;
  await assert.rejects(
    user.run(file, [...args, "session", "list"]),
    new RegExp(`Next: run "npx --package ${release.command} tembo login"`),
  );
});
