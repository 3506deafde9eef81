import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { steps } from "../../scripted-model/server.ts";
import { startTlsServer } from "../../support/hosts/tls-server.ts";
import { ofType, startWorld, type World } from "../../support/index.ts";
import { runTembo } from "../../support/programs/run-tembo.ts";
import { resultsOf } from "../../support/tool-results.ts";

const VALUE = "bound-Zk9tq-value-7731";
/**
 * Shell expression that assembles the value. No command contains the value itself. Otherwise, the search would find its
 * own command in a transcript.
 */
const JOINED = `"$(printf %s%s ${VALUE.slice(0, 9)} ${VALUE.slice(9)})"`;

let world: World;
/**
 * Server with the secret's host. The server is not on localhost, because programs in the sandbox reach localhost
 * without the egress proxy.
 */
let bound: Awaited<ReturnType<typeof startTlsServer>>;
let other: Awaited<ReturnType<typeof startTlsServer>>;

before(async () => {
  [bound, other] = await Promise.all([startTlsServer("127.0.0.2"), startTlsServer("127.0.0.3")]);
  world = await startWorld({
    env: {
      TEMBO_PRIVATE_HOSTS: `${bound.place},${other.place}`,
      NODE_EXTRA_CA_CERTS: bound.certificatePath,
    },
  });
  const { orgId } = await world.client.me.retrieve();
  await world.client.organizations.egress.update(orgId!, { preset: "custom", allow: [other.place] });
  const set = await runTembo(
    world,
    [
      ...["secret", "set", "BOUND_TOKEN", "--host", bound.place],
      ...["--header", "authorization", "--prefix", "Bearer "],
    ],
    `${VALUE}\n`,
  );
  assert.equal(set.code, 0, set.output);
});
after(async () => {
  await world.close();
  await Promise.all([bound.close(), other.close()]);
});

/**
 * Shell script that counts the places in the sandbox that contain the value: the environment, all processes and files,
 * including the server's echo.
 */
const HUNT = [
  `v=${JOINED}`,
  'echo "env $(env | grep -cF "$v")"',
  'echo "named $(env | grep -c ^BOUND_TOKEN=)"',
  // Collects process data before the search, because the search has the value in its own command line.
  "all=$(cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n')",
  'echo "proc $(printf %s "$all" | grep -acF "$v")"',
  'echo "files $(grep -rlaF -e "$v" "$HOME" /workspace /tmp /etc /run 2>/dev/null | wc -l)"',
].join("; ");

function script() {
  return [
    steps.bash(`curl -sS https://${bound.place}/curl > "$HOME/answer"; cat "$HOME/answer"`),
    steps.bash(
      `node -e 'fetch("https://${bound.place}/node").then((a) => a.text()).then((t) => console.log(t))'`,
    ),
    steps.bash(`curl -sS -H "authorization: Bearer mine" https://${bound.place}/mine`),
    steps.bash(`curl -sSk https://${other.place}/other`),
    steps.bash(HUNT),
    steps.say("Called."),
  ];
}

async function run(prompt: string) {
  world.model.script(prompt, script());
  const session = await world.client.session.create({ prompt });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  return events;
}

test("sends an injected secret only to its host, from any client, over trusted TLS", async () => {
  const events = await run("Call the service.");
  const [byCurl, byNode] = resultsOf(events);
  assert.deepEqual(
    bound.requests.map(({ url, headers }) => [url, headers.authorization]),
    [
      ["/curl", `Bearer ${VALUE}`],
      ["/node", `Bearer ${VALUE}`],
      ["/mine", `Bearer ${VALUE}`],
    ],
  );
  for (const answer of [byCurl!, byNode!]) assert.match(answer, /authorization[\\":]+Bearer \*{22}/);
  assert.deepEqual(
    other.requests.map(({ url, headers }) => [url, headers.authorization]),
    [["/other", undefined]],
  );
  assert.deepEqual(ofType(events, "egress.denied"), []);
});

test("hides an injected secret's value from the sandbox, even if the server echoes it", async () => {
  const hunted = resultsOf(await run("Hunt for it.")).at(-1)!;
  assert.match(hunted, /env 0\\nnamed 0\\nproc 0\\nfiles 0/);
});

test("control: a secret without a rule is in the environment, and is not sent to the host", async () => {
  const unbound = await runTembo(world, ["secret", "unbind", "BOUND_TOKEN"]);
  assert.equal(unbound.code, 0, unbound.output);
  const { orgId } = await world.client.me.retrieve();
  await world.client.organizations.egress.update(orgId!, {
    preset: "custom",
    allow: [bound.place, other.place],
  });
  const before = bound.requests.length;
  world.model.script("Hunt unbound.", [
    steps.bash(`curl -sSk https://${bound.place}/unbound; printf %s ${JOINED} > "$HOME/kept"`),
    steps.bash(HUNT),
    steps.say("Called."),
  ]);
  const session = await world.client.session.create({ prompt: "Hunt unbound." });
  const hunted = resultsOf(await world.ended(session.id)).at(-1)!;
  assert.match(hunted, /env 1\\nnamed 1\\nproc [1-9]\d*\\nfiles 1/);
  assert.deepEqual(
    bound.requests.slice(before).map(({ url, headers }) => [url, headers.authorization]),
    [["/unbound", undefined]],
  );
});
