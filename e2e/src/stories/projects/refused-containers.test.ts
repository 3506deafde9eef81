import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Edge, startEdge } from "../../support/api-edge.ts";
import { ofType, reachingLoopback } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import { startImageRegistry } from "./image-registry.ts";
import { buildOf, projectWith } from "./run-build.ts";

const skip = process.getuid!() !== 0 && "profile root needs root";
let edge: Edge;
let registry: Awaited<ReturnType<typeof startImageRegistry>>;
before(async () => {
  registry = await startImageRegistry();
  edge = await startEdge({ env: { ...reachingLoopback, TEMBO_CONTAINERS: "refused" } });
});
after(async () => {
  await edge?.close();
  await registry?.close();
});

test("runs no containers of a project, also if it was saved earlier", { skip }, async () => {
  const source = { kind: "image", reference: registry.reference };
  const body = { name: "Refused", sizes: ["micro"], source, user: "root" };
  const wish = { ...body, containers: true };
  await edge.refused(400, { path: "/v1/projects", body: wish }, /TEMBO_CONTAINERS/);
  const { id } = await projectWith(edge, body);
  const path = `/v1/projects/${id}`;
  await edge.refused(400, { method: "PATCH", path, body: { containers: true } }, /TEMBO_CONTAINERS/);
  assert.equal((await buildOf(edge, id)).status, "completed");

  const turn = async () => {
    const prompt = 'Look. SCRIPT(bash("id -u"), say("Done."))';
    return edge.ended((await edge.client.session.create({ prompt, projectId: id })).id);
  };
  assert.match(resultsOf(await turn()).join(), /"0"/, "control");
  await edge.pool.query("update projects set allows_containers = true where id = $1", [id]);
  const events = await turn();
  assert.doesNotMatch(resultsOf(events).join(), /"0"/, "the turn runs with the machine's own system");
  assert.match(
    JSON.stringify(ofType(events, "notice")),
    /without the environment.*This server refuses containers/,
  );
  await edge.pool.query("update projects set setup_script = 'true' where id = $1", [id]);
  const build = await buildOf(edge, id);
  assert.equal(build.status, "failed");
  assert.match(JSON.stringify(build), /This server refuses containers/);
});
