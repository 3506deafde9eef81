import assert from "node:assert/strict";
import { API_KEY, endings, remoteFile, remoteHead } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import type { Bench, Row } from "../row.ts";

export const rows: readonly Row[] = [
  {
    name: "plan then approve",
    does: "plans without changing a file, and carries out the approved plan",
    run: planThenApprove,
  },
];

async function planThenApprove({ world, harness, repository }: Bench): Promise<void> {
  const app = await repository("app", { "a.txt": "to be read\n" });
  const seen = world.model.requests.length;
  const { id } = await world.client.session.create({
    prompt:
      'Plan. SCRIPT(read("a.txt"), tryWrite("b.txt", "too early\n"), say("# Write b\n\nIt is missing."))',
    agent: harness,
    repositories: [app.url],
    agentOptions: { mode: "planning" },
  });
  const planned = await world.ended(id);
  assert.equal(planned.at(-1)!.eventType, "turn.completed", JSON.stringify(planned.at(-1)));
  const requests = world.model.requests.slice(seen).filter(({ isBackground }) => !isBackground);
  const results = requests.map(({ lastToolResult }) => lastToolResult ?? "");
  assert.ok(
    results.some((result) => result.includes("to be read")),
    `the harness reads the file: ${results.join("; ")}`,
  );
  assert.equal(requests.at(-1)?.replyIndex, 2, "the harness attempts to write");
  const { plan } = world.client.session;
  const proposed = await plan.retrieve(id);
  assert.match(proposed.content, /It is missing/);
  const session = await world.client.session.retrieve(id);
  assert.equal(await remoteHead(app.url, API_KEY, session.branchName!), null);

  const script = 'bash("cat b.txt || echo untouched"), write("b.txt", "2\n"), say("Written.")';
  await plan.approve(id, { content: `# Write b\n\nSCRIPT(${script})` });
  const events = await world.ended(id, 2);
  assert.deepEqual(
    endings(events).map(({ eventType }) => eventType),
    ["turn.completed", "turn.completed"],
  );
  const found = resultsOf(events.slice(planned.length)).join("\n");
  assert.match(found, /untouched/);
  assert.doesNotMatch(found, /too early/);
  assert.equal(await remoteFile(app.url, API_KEY, session.branchName!, "b.txt"), "2");
}
