import assert from "node:assert/strict";
import type Tembo from "@tembo-io/sdk";
import { type ScriptedModel, steps } from "../../e2e/src/scripted-model/server.ts";
import { API_KEY, endings, pushFiles, remoteFile } from "../../e2e/src/support/index.ts";

/** An installation with a scripted model. `World` is one. */
export interface Installation {
  readonly client: Tembo;
  readonly model: ScriptedModel;
  /** By default, the API key of a world. */
  readonly apiKey?: string;
}

const fixed = "export const login = () => true;";
/** The repository's files before the fix. */
export const brokenFiles = { "login.js": "export const login = () => false;\n" };

/** Scripts the model to fix the repository. */
export function scriptFix(model: ScriptedModel): void {
  model.setDefaultScript([
    steps.read("login.js"),
    steps.write("login.js", `${fixed}\n`),
    steps.say("Fixed."),
  ]);
}

/** Creates a repository, and scripts the model to fix it. Returns the repository's URL. */
export async function prepareWork({ client, model, apiKey = API_KEY }: Installation): Promise<string> {
  const { url } = await client.repositories.create({ owner: "local", name: "my-project" });
  await pushFiles(url, apiKey, "main", brokenFiles, "First");
  scriptFix(model);
  return url;
}

/** Asserts that the repository's main branch has the fix, or does not have it if `isMerged` is false. */
export async function verifyFix(url: string, apiKey: string, isMerged: boolean): Promise<void> {
  const text = await remoteFile(url, apiKey, "main", "login.js");
  assert.equal(text === fixed, isMerged, text);
}

/** Merges the only pull request, and verifies the fix on the repository's main branch. */
export async function mergeWork({ client, apiKey = API_KEY }: Installation, url: string): Promise<void> {
  const { items } = await client.pullRequests.list();
  assert.equal(items.length, 1, "one pull request is open");
  await verifyFix(url, apiKey, false);
  const merged = await client.pullRequests.merge(items[0]!.id, { method: "merge" });
  assert.equal(merged.state, "merged");
  await verifyFix(url, apiKey, true);
}

/** A session that works on a repository. */
export interface Work {
  readonly sessionId: string;
  /** The repository's URL. */
  readonly url: string;
}

/** Runs a session from its creation to a merged pull request. */
export async function workToMerge(installation: Installation): Promise<void> {
  const work = await startWork(installation);
  await finishTurn(installation, work, 0);
  await mergeWork(installation, work.url);
}

/** Creates a session that fixes a new repository. */
export async function startWork(installation: Installation): Promise<Work> {
  const url = await prepareWork(installation);
  const prompt = "Fix the authentication bug in the login component";
  const session = await installation.client.session.create({
    prompt,
    agent: "claudeCode",
    repositories: [url],
  });
  return { sessionId: session.id, url };
}

/** Waits until the first turn that ends after the event number `after` is completed. Returns the number of its last event. */
export async function finishTurn({ client }: Installation, work: Work, after: number): Promise<number> {
  const signal = AbortSignal.timeout(240_000);
  for await (const event of client.session.events(work.sessionId, { after, signal })) {
    if (endings([event]).length === 0) continue;
    assert.equal(event.eventType, "turn.completed", JSON.stringify(event));
    return event.id;
  }
  throw new Error("The session's events ended before its turn.");
}
