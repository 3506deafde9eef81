import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ofType, startWorld, type World } from "../../support/index.ts";
import { eventually } from "../../support/prepared.ts";

let world: World;

before(async () => {
  world = await startWorld({ env: { TEMBO_COMPILE_CACHE: "on" } });
});
after(() => world.close());

/** Lists what the harness's own Node reads from a compile cache, and tries to change it. */
const LIST = "for d in /tmp/compile-cache-*/v*-$(id -u); do ls $d/ 2>/dev/null | wc -l; touch $d/new; done";

async function run() {
  const prompt = `Go. SCRIPT(bash(${JSON.stringify(LIST)}), say("Done."))`;
  const { id } = await world.client.session.create({ prompt });
  const events = await world.ended(id);
  return ofType(events, "toolCall")
    .map(({ eventData }) => eventData.output ?? "")
    .join("\n");
}

test("the harness of a later session starts with a compile cache, which it cannot change", async () => {
  assert.match(await run(), /^0$/m, "control: the first session has no cache");
  await eventually(
    () => world.tembo.log().includes("the harness's compile cache is filled"),
    "the compile cache is filled",
  );
  const output = await run();
  assert.match(output, /^\d{2,}$/m);
  assert.match(output, /Read-only file system/);
});
