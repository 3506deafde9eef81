import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import { connectForge } from "../../forges/connect-forge.ts";
import { eventually } from "../../forges/eventually.ts";
import { startGithub } from "../../forges/github.ts";
import { startGitlab } from "../../forges/gitlab.ts";
import { closeAll, startTogether } from "../../forges/start-together.ts";
import { steps } from "../../scripted-model/server.ts";
import {
  dataOf,
  endings,
  ofType,
  pushFiles,
  reachingLoopback,
  remoteFile,
  startWorld,
  type World,
} from "../../support/index.ts";

let github: Awaited<ReturnType<typeof startGithub>>;
let gitlab: Awaited<ReturnType<typeof startGitlab>>;
let world: World;
let gitlabId: string;

before(async () => {
  [world, github, gitlab] = await startTogether(
    startWorld({ env: reachingLoopback }),
    startGithub(),
    startGitlab(),
  );
  await connectForge(world.client, github);
  gitlabId = await connectForge(world.client, gitlab);
});
// Closes the world first, because the forges still send it webhooks.
after(() => closeAll([world, github, gitlab]));

/** Starts a session. Holds its first model request until `meanwhile` is done. */
async function startWhile(
  prompt: string,
  options: { readonly repositoryUrl: string; readonly branchName?: string },
  meanwhile: () => Promise<unknown>,
): Promise<string> {
  world.model.script(prompt, [steps.write("work.txt", `${prompt}\n`), steps.say("Done.")]);
  const hold = world.model.hold();
  const { id } = await world.client.session.create({
    prompt,
    repositories: [options.repositoryUrl],
    ...(options.branchName !== undefined && { branchName: options.branchName }),
  });
  await hold.arrived;
  await meanwhile();
  hold.release();
  return id;
}

const failureOf = (events: readonly SessionEvent[]) => dataOf(events.at(-1), "turn.failed").error;

/** Sends a message that requires no work, and follows its turn to the end. */
async function goOn(sessionId: string, turns: number): Promise<SessionEvent[]> {
  world.model.script("Go on then.", [steps.say("There was nothing else.")]);
  await world.client.session.messages.create(sessionId, { content: "Go on then." });
  return world.ended(sessionId, turns);
}

test("fails the turn if the token is revoked, and pushes the work with a new token on the next message", async () => {
  const id = await startWhile("Outlive the token.", gitlab, async () =>
    gitlab.fake.tokens.delete(gitlab.token),
  );
  const { code, message } = failureOf(await world.ended(id));
  assert.equal(code, "forge_unauthorized");
  assert.match(
    message,
    /^The forge rejected the credential for acme\/tools\/web\. Replace the integration's credential\./,
  );
  assert.deepEqual(await gitlab.pullRequests(), []);

  const token = gitlab.fake.addToken(gitlab.fake.users[0]!);
  await world.client.integrations.update(gitlabId, { accessToken: token });
  const events = await goOn(id, 2);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  const [pull, ...others] = await gitlab.pullRequests();
  assert.deepEqual(others, []);
  assert.equal(await remoteFile(gitlab.cloneUrl, token, pull!.head, "work.txt"), "Outlive the token.");
});

test("reports the fix when a push to a protected branch fails", async () => {
  await pushFiles(github.cloneUrl, github.token, "release", { "a.txt": "1\n" });
  const id = await startWhile("Work on the release.", { ...github, branchName: "release" }, () =>
    github.ada.ask("PUT", "/branches/release/protection", {}),
  );
  const { code, message } = failureOf(await world.ended(id));
  assert.equal(code, "push_rejected", message);
  assert.match(message, /"release" of .*acme\/api/);
  assert.match(message, /The branch is protected\. Use another branch for the session/);

  await github.ada.ask("DELETE", "/branches/release/protection");
  assert.equal((await goOn(id, 2)).at(-1)?.eventType, "turn.completed");
  assert.equal(
    await remoteFile(github.cloneUrl, github.token, "release", "work.txt"),
    "Work on the release.",
  );
});

test("fails a push to an archived repository, and pushes once the repository is unarchived", async () => {
  const id = await startWhile("Work on an archive.", github, () =>
    github.ada.ask("PATCH", "", { archived: true }),
  );
  const { code, message } = failureOf(await world.ended(id));
  assert.equal(code, "push_rejected");
  assert.match(
    message,
    /^The forge rejected the push to .*acme\/api\. The repository is archived or read-only\. Unarchive it/,
  );

  await github.ada.ask("PATCH", "", { archived: false });
  assert.equal((await goOn(id, 2)).at(-1)?.eventType, "turn.completed");
  const { branchName } = await world.client.session.retrieve(id);
  assert.equal(
    await remoteFile(github.cloneUrl, github.token, branchName!, "work.txt"),
    "Work on an archive.",
  );
});

test("continues a session and its pull request after the repository is renamed on its forge", async () => {
  const id = await startWhile("Work under one name.", github, async () => {});
  assert.equal(endings(await world.ended(id))[0]?.eventType, "turn.completed");
  const before = (await github.pullRequests()).find(({ title }) => title.startsWith("Work under one name"));
  assert.ok(before);

  await github.ada.ask("PATCH", "", { name: "renamed" });
  await eventually("the new name of the repository", async () => {
    const { items } = await world.client.repositories.list();
    return items.some(({ name }) => name === "acme/renamed" || name === "renamed");
  });
  world.model.script("Work under the other.", [
    steps.bash("git fetch origin && git ls-remote origin main && echo reached"),
    steps.write("work.txt", "renamed\n"),
    steps.say("Done."),
  ]);
  await world.client.session.messages.create(id, { content: "Work under the other." });
  const events = await world.ended(id, 2);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  assert.equal(ofType(events, "pullRequest.opened").length, 1);
  assert.match(JSON.stringify(ofType(events, "toolCall")), /reached/);
  const url = github.cloneUrl.replace("/acme/api.git", "/acme/renamed.git");
  assert.equal(await remoteFile(url, github.token, before.head, "work.txt"), "renamed");
});
