import assert from "node:assert/strict";
import { steps } from "../../e2e/src/scripted-model/server.ts";
import { API_KEY, remoteFile, type World } from "../../e2e/src/support/index.ts";

const fixed = "export const login = () => true;";

/** Creates a repository, and scripts the model to fix it. Returns the repository's URL. */
export async function prepareWork(world: World): Promise<string> {
  const { url } = await world.repository("local/my-project", {
    "login.js": "export const login = () => false;\n",
  });
  world.model.setDefaultScript([
    steps.read("login.js"),
    steps.write("login.js", `${fixed}\n`),
    steps.say("Fixed."),
  ]);
  return url;
}

/** Merges the only pull request, and verifies the fix on the repository's main branch. */
export async function mergeWork(world: World, url: string): Promise<void> {
  const { items } = await world.client.pullRequests.list();
  assert.equal(items.length, 1, "one pull request is open");
  assert.notEqual(await remoteFile(url, API_KEY, "main", "login.js"), fixed, "control: not merged yet");
  const merged = await world.client.pullRequests.merge(items[0]!.id, { method: "merge" });
  assert.equal(merged.state, "merged");
  assert.equal(await remoteFile(url, API_KEY, "main", "login.js"), fixed);
}

/** Runs a session from its creation to a merged pull request. */
export async function workToMerge(world: World): Promise<void> {
  const url = await prepareWork(world);
  const prompt = "Fix the authentication bug in the login component";
  const session = await world.client.session.create({ prompt, agent: "claudeCode", repositories: [url] });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  await mergeWork(world, url);
}
