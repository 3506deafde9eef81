import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { EgressSettingBody } from "@tembo/contract";
import {
  deniedHosts,
  type LoopbackHosts,
  runShell,
  startLoopbackHosts,
  startWorld,
  type World,
} from "../../support/index.ts";
import { runTembo } from "../../support/programs/run-tembo.ts";

let world: World;
let hosts: LoopbackHosts;
let organizationId: string;
let own: string;
let other: string;
let unnamed: string;

before(async () => {
  hosts = await startLoopbackHosts((_request, response) => response.end("hello"));
  [own, other, unnamed] = hosts.places as [string, string, string];
  world = await startWorld({ env: { TEMBO_PRIVATE_HOSTS: `${own},${other}` } });
  organizationId = (await world.client.me.retrieve()).orgId ?? "";
});
after(async () => {
  await world.close();
  await hosts.close();
});

const set = (egress: EgressSettingBody) => world.client.organizations.egress.update(organizationId, egress);

/** Returns a script that sends one request to each host and prints the responses. */
const askEach = (...places: readonly string[]) =>
  places.map((place) => `echo "${place} $(curl -sS http://${place}/ 2>&1)"`).join("\n");

test("blocks every host by default, explains it to the program, and reports each host once", async () => {
  const { preset } = await world.client.organizations.egress.retrieve(organizationId);
  assert.equal(preset, "none");
  const { events, output, sessionId } = await runShell(
    world,
    `for i in 1 2 3; do curl -sSv https://api.example.com/ 2>&1; done\n${askEach("api.example.com", own)}`,
  );
  assert.equal(output.match(/403 Tembo does not allow egress to api\.example\.com:443/g)?.length, 3, output);
  assert.match(
    output,
    /api\.example\.com This sandbox cannot reach api\.example\.com:80\. To allow it, a person can add/,
  );
  assert.deepEqual(deniedHosts(events), [
    "api.example.com:443 notAllowed",
    "api.example.com:80 notAllowed",
    `${own} notAllowed`,
  ]);
  assert.deepEqual(hosts.asked(), [], "the blocked hosts receive no request");

  const watched = await watch(sessionId);
  assert.match(
    watched,
    /^network access denied: api\.example\.com:443 \(not allowed; "tembo egress set" changes the network policy\)$/m,
  );
  assert.equal(watched.match(/api\.example\.com:443/g)?.length, 1);
});

test("allows the hosts that the organization allows, and still rejects others", async () => {
  await set({ preset: "custom", allow: [own] });
  const { events, output } = await runShell(world, askEach(own, own, "api.example.com"));
  assert.equal(output.match(new RegExp(`^${own} hello$`, "gm"))?.length, 2, output);
  assert.match(output, /^api\.example\.com This sandbox cannot reach/m);
  assert.deepEqual(deniedHosts(events), ["api.example.com:80 notAllowed"]);
});

test("lets a session narrow the egress that its organization allows", async () => {
  await set({ preset: "custom", allow: [own, other] });
  const script = askEach(own, other);
  const wide = await runShell(world, script);
  assert.match(
    wide.output,
    new RegExp(`^${own} hello\n${other} hello$`, "m"),
    "control: both hosts are allowed",
  );
  const narrow = await runShell(world, script, { egress: { preset: "custom", allow: [other] } });
  assert.match(narrow.output, new RegExp(`^${other} hello$`, "m"));
  assert.deepEqual(deniedHosts(narrow.events), [`${own} notAllowed`]);
  const none = await runShell(world, script, { egress: { preset: "none", allow: [] } });
  assert.deepEqual(deniedHosts(none.events), [`${own} notAllowed`, `${other} notAllowed`]);
});

test("open egress reaches public hosts, and only those private hosts that the operator allows", async () => {
  await set({ preset: "open" });
  const { events, output } = await runShell(world, askEach(own, unnamed));
  assert.match(output, new RegExp(`^${own} hello$`, "m"));
  assert.match(
    output,
    /is not a public address, or resolves to one that is not\. If it is on a private network, the operator/,
  );
  assert.deepEqual(deniedHosts(events), [`${unnamed} notPublic`]);
});

test("rejects a session with wider egress than its organization allows", async () => {
  const ask = ({ preset, allow = [] }: EgressSettingBody) =>
    world.client.session.create({ prompt: "Wait.", queueRightAway: false, egress: { preset, allow } });
  const refused = async (egress: EgressSettingBody, problem: RegExp) =>
    assert.rejects(ask(egress), ({ status, message }) => {
      assert.equal(status, 400);
      assert.match(message, problem);
      return true;
    });
  await set({ preset: "none" });
  await refused(
    { preset: "custom", allow: [own] },
    new RegExp(`the organization does not allow: ${own}\\. Remove`),
  );
  await refused({ preset: "registries" }, /does not allow/);
  await refused({ preset: "open" }, /the organization's preset is "none"/);
  await ask({ preset: "none" });
  await set({ preset: "registries", allow: [own] });
  await refused(
    { preset: "custom", allow: [own, "api.example.com"] },
    /does not allow: api\.example\.com\. Remove/,
  );
  await refused({ preset: "open" }, /the organization's preset is "registries"/);
  await ask({ preset: "custom", allow: [own, "registry.npmjs.org"] });
  await ask({ preset: "registries" });
  await set({ preset: "open" });
  await ask({ preset: "open" });
  await ask({ preset: "custom", allow: ["api.example.com"] });
});

test("rejects an organization's invalid egress rule, and keeps the stored rules", async () => {
  await set({ preset: "custom", allow: [own] });
  await assert.rejects(set({ preset: "custom", allow: ["https://api.example.com/"] }), { status: 400 });
  const { preset, allow } = await world.client.organizations.egress.retrieve(organizationId);
  assert.deepEqual({ preset, allow }, { preset: "custom", allow: [own] });
});

/** Returns the output of `tembo session watch` for an idle session. */
const watch = async (sessionId: string): Promise<string> =>
  (await runTembo(world, ["session", "watch", sessionId])).out;
