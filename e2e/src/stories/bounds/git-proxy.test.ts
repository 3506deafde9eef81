import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import Tembo from "@tembo-io/sdk";
import { type Edge, startEdge } from "../../support/api-edge.ts";
import {
  API_KEY,
  assertSeamless,
  git,
  leftoversOf,
  ofType,
  pushFiles,
  remoteFile,
  remoteHead,
  runShell,
  runShellAgain,
  withClone,
} from "../../support/index.ts";

let edge: Edge;

before(async () => {
  edge = await startEdge();
});
after(() => edge.close());

/** Returns a session's branch, its commit subjects (newest first) and its pull requests. */
async function branchOf(sessionId: string, repositoryUrl: string) {
  const { branchName, artifacts } = await edge.client.session.retrieve(sessionId);
  const subjects = await withClone(repositoryUrl, API_KEY, branchName!, (path) =>
    git(path, null, "log", "--topo-order", "--format=%s"),
  );
  const pullRequests = artifacts.flatMap((artifact) => artifact.pullRequests);
  return { branch: branchName!, subjects: subjects.split("\n"), pullRequests };
}

function assertCompleted(events: readonly SessionEvent[]): void {
  assertSeamless(events);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
}

/** Escapes a string for use in a regular expression. */
const literally = (text: string) => text.replaceAll(/\W/g, "\\$&");

const commit = (name: string) =>
  `echo ${name} > ${name}.txt && git add ${name}.txt && git commit -qm "${name}"`;

test("lets the agent fetch, pull and push its own branch with the repository's usual URL", async () => {
  const repository = await edge.repository("proxy/app", { "a.txt": "1\n" });
  const first = await runShell(edge, `git config remote.origin.url\n${commit("one")}`, {
    repositories: [repository.url],
  });
  assert.match(first.output, new RegExp(`^${literally(repository.url)}$`, "m"));
  const pushedSha = await pushFiles(repository.url, API_KEY, "main", { "theirs.txt": "theirs\n" }, "Theirs");
  const { events, output } = await runShellAgain(
    edge,
    first.sessionId,
    `git fetch origin && git rev-parse origin/main && git pull -q --no-rebase --no-edit origin main && cat theirs.txt
${commit("two")}
git push origin HEAD 2>&1 && echo pushed && git rev-parse HEAD`,
    2,
  );
  assertCompleted(events);
  assert.match(output, new RegExp(`^${pushedSha}$`, "m"), output);
  assert.match(output, /^theirs$/m);
  const pushed = /^pushed\n([0-9a-f]{40})$/m.exec(output)?.[1];
  const { branch, subjects, pullRequests } = await branchOf(first.sessionId, repository.url);
  assert.equal(await remoteHead(repository.url, API_KEY, branch), pushed);
  assert.equal(subjects[0], "two");
  for (const subject of ["one", "Theirs", "First"]) assert.ok(subjects.includes(subject), subject);
  assert.deepEqual(
    pullRequests.map(({ headSha }) => headSha),
    [pushed],
  );
});

test("opens one complete pull request at the end of a turn, even if the agent pushed", async () => {
  const repository = await edge.repository("proxy/pushed", { "a.txt": "1\n" });
  const { sessionId, events } = await runShell(
    edge,
    `${commit("one")}\ngit push -q origin HEAD 2>&1\n${commit("two")}\necho three > three.txt`,
    { repositories: [repository.url] },
  );
  assertCompleted(events);
  assert.equal(ofType(events, "pullRequest.opened").length, 1);
  const { branch, subjects, pullRequests } = await branchOf(sessionId, repository.url);
  assert.deepEqual(subjects.slice(1), ["two", "one", "First"]);
  assert.equal(await remoteFile(repository.url, API_KEY, branch, "three.txt"), "three");
  assert.equal(pullRequests[0]?.diff?.additions, 3);

  const again = await edge.repository("proxy/all-pushed", { "a.txt": "1\n" });
  const clean = await runShell(edge, `${commit("one")}\ngit push -q origin HEAD 2>&1`, {
    repositories: [again.url],
  });
  assertCompleted(clean.events);
  assert.equal(
    ofType(clean.events, "pullRequest.opened").length,
    1,
    "opens one pull request with nothing left to push",
  );
});

test("rejects a push to anything but the session's own branch, with a reason", async () => {
  const repository = await edge.repository("proxy/guarded", { "a.txt": "1\n" });
  const main = await remoteHead(repository.url, API_KEY, "main");
  const { output, sessionId } = await runShell(
    edge,
    `${commit("one")}
git tag v1
for what in HEAD:main HEAD:refs/heads/other v1 :main "HEAD HEAD:main" --mirror; do git push origin $what 2>&1; done`,
    { repositories: [repository.url] },
  );
  const { branch } = await branchOf(sessionId, repository.url);
  const only = `this session can push only to the branch ${literally(branch)}`;
  for (const line of [
    `HEAD -> main \\(${only}\\)`,
    `HEAD -> other \\(${only}\\)`,
    `v1 -> v1 \\(this session cannot push tags, only the branch ${literally(branch)}\\)`,
    "main \\(this session cannot delete branches or tags\\)",
    `HEAD -> ${literally(branch)} \\(rejected because another reference in this push was rejected: push it alone\\)`,
  ])
    assert.match(output, new RegExp(`! \\[remote rejected\\] +${line}`), output);
  const refs = await git("/", API_KEY, "ls-remote", repository.url);
  assert.deepEqual(
    refs.split("\n").map((line) => line.split("\t")[1]),
    ["HEAD", "refs/heads/main", `refs/heads/${branch}`, "refs/pull/1/head"],
  );
  assert.equal(await remoteHead(repository.url, API_KEY, "main"), main);
});

test("rejects a force push over other people's commits, and merges them at the end of the turn", async () => {
  const repository = await edge.repository("proxy/forced", { "a.txt": "1\n" });
  const first = await runShell(edge, commit("one"), { repositories: [repository.url] });
  const { branch } = await branchOf(first.sessionId, repository.url);
  const pushedSha = await pushFiles(repository.url, API_KEY, branch, { "theirs.txt": "theirs\n" }, "Theirs");
  const { output, events } = await runShellAgain(
    edge,
    first.sessionId,
    `${commit("two")}\ngit push --force origin HEAD 2>&1; git ls-remote origin ${branch}; git push origin :${branch} 2>&1`,
    2,
  );
  assert.match(
    output,
    /! \[remote rejected\] +HEAD -> \S+ \(non-fast-forward: the push would remove commits from the branch/,
  );
  assert.match(output, /! \[remote rejected\] +\S+ \(this session cannot delete branches or tags\)/);
  assert.match(output, new RegExp(`^${pushedSha}\trefs/heads/${branch}$`, "m"));
  assertCompleted(events);
  const { subjects } = await branchOf(first.sessionId, repository.url);
  for (const subject of ["Theirs", "two", "one"]) assert.ok(subjects.includes(subject), subjects.join());
});

test("replaces a pushed commit that the agent has amended", async () => {
  const repository = await edge.repository("proxy/reworded", { "a.txt": "1\n" });
  const { output, events, sessionId } = await runShell(
    edge,
    `${commit("one")}
git push -q origin HEAD 2>&1
echo better > one.txt; git commit -qa --amend -m "one, better"; git push origin HEAD 2>&1`,
    { repositories: [repository.url] },
  );
  // The sandbox cannot force a push. The host replaces the pushed commits when it publishes the turn's work.
  assert.match(output, /! \[rejected\] +HEAD -> \S+ \(non-fast-forward\)/);
  assert.doesNotMatch(output, /remote: hint/);
  assertCompleted(events);
  const { branch, subjects, pullRequests } = await branchOf(sessionId, repository.url);
  assert.ok(subjects.includes("one, better") && !subjects.includes("one"), subjects.join());
  assert.equal(await remoteFile(repository.url, API_KEY, branch, "one.txt"), "better");
  assert.equal(pullRequests.length, 1);
});

test("control: detects every kind of leftover while a turn runs", async () => {
  const repository = await edge.repository("proxy/running", { "a.txt": "1\n" });
  const session = await edge.client.session.create({
    prompt: "Run. SCRIPT(sleepTool(60))",
    repositories: [repository.url],
  });
  await edge.until(session.id, ({ eventData }) => eventData.type === "toolCall" && eventData.input !== null);
  const kinds = (await leftoversOf(edge)).map((line) => line.split(":", 1)[0]!);
  const hasGroups = !edge.tembo.log().includes("run without this limit");
  const expected = ["control group", "mount", "process", "scratch", "socket"];
  assert.deepEqual(
    [...new Set(kinds)],
    expected.filter((kind) => hasGroups || kind !== "control group"),
  );
  await edge.client.session.stop(session.id);
  await edge.ended(session.id);
});

test("denies access to any other repository, in the same organization or another", async () => {
  const repository = await edge.repository("proxy/mine", { "a.txt": "1\n" });
  const sibling = await edge.repository("proxy/sibling", { "a.txt": "sibling\n" });
  const { key } = await edge.stranger();
  const stranger = new Tembo({ apiKey: key, baseURL: edge.url, fetch: edge.checked.fetch, maxRetries: 0 });
  const foreign = await stranger.repositories.create({ owner: "strangers", name: "app" });
  await pushFiles(foreign.url, key, "main", { "a.txt": "foreign\n" });
  const proxyPath = (path: string) => `http://127.0.0.1:8378${path}`;
  const urls = [
    sibling.url,
    foreign.url,
    proxyPath("/2"),
    proxyPath("/0"),
    proxyPath("/1/../2"),
    proxyPath("/proxy/sibling.git"),
    proxyPath("/strangers/app.git"),
  ];
  const { output, events } = await runShell(
    edge,
    `${["origin", ...urls].map((url) => `echo "${url} $(git ls-remote "${url}" main 2>&1 | tr '\\n' ' ')"`).join("\n")}
curl -sS --path-as-is ${proxyPath("/1/../2/info/refs?service=git-upload-pack")}
ls -d ${edge.dataDir}/mirrors/*.git ${edge.dataDir}/forge 2>&1`,
    { repositories: [repository.url] },
  );
  assertCompleted(events);
  assert.match(
    output,
    /^origin [0-9a-f]{40}\trefs\/heads\/main/m,
    "control: the session's own repository is reachable",
  );
  for (const url of urls) {
    assert.match(output, new RegExp(`^${literally(url)} .*fatal: `, "m"), output);
    assert.doesNotMatch(output, new RegExp(`^${literally(url)} .*refs/heads/main`, "m"));
  }
  assert.match(output, /This repository is not part of the session\. Add it to the session to use it\./);
  assert.equal(output.match(/mirrors\/\S+\.git$/gm)?.length, 1, "only one mirror is visible");
  assert.notEqual(
    await remoteHead(sibling.url, API_KEY, "main"),
    null,
    "control: a user with a key can reach it",
  );
  assert.notEqual(await remoteHead(foreign.url, key, "main"), null, "control: its owner can reach it");
});

test("keeps tokens out of the sandbox's git configuration and environment", async () => {
  const repository = await edge.repository("proxy/tokens", { "a.txt": "1\n" });
  const { output } = await runShell(
    edge,
    `cat .git/config; git config --list --show-origin; env; cat /etc/gitconfig ~/.gitconfig ~/.git-credentials 2>/dev/null
GIT_TRACE_CURL=1 GIT_TRACE_REDACT=0 git ls-remote origin 2>&1`,
    { repositories: [repository.url] },
  );
  assert.match(output, /remote\.origin\.url=/, "control: the output has the configuration");
  assert.match(
    output,
    /GET \/1\/info\/refs\?service=git-upload-pack/,
    "control: the output has the requests",
  );
  assert.doesNotMatch(output, new RegExp(API_KEY));
  assert.doesNotMatch(output, /authorization:|extraheader|credential\.|:\/\/[^/\s]*@/i);
  assert.doesNotMatch(output, new RegExp(Buffer.from(`x:${API_KEY}`).toString("base64").slice(0, 20)));
});

test("lets the sandbox fetch a connected submodule, and rejects pushes to it", async () => {
  const library = await edge.repository("proxy/library", { "lib.txt": "from the library\n" });
  const librarySha = await remoteHead(library.url, API_KEY, "main");
  const repository = await edge.repository("proxy/parent", { "a.txt": "1\n" });
  await withClone(repository.url, API_KEY, "main", async (path) => {
    await git(path, null, "update-index", "--add", "--cacheinfo", `160000,${librarySha},lib`);
    for (const [key, value] of [
      ["path", "lib"],
      ["url", "../library.git"],
    ] as const)
      await git(path, null, "config", "--file", ".gitmodules", `submodule.lib.${key}`, value);
    await git(path, null, "add", ".gitmodules");
    await git(path, null, "commit", "--quiet", "--message=Use the library");
    await git(path, API_KEY, "push", "--quiet", "origin", "HEAD:main");
  });
  const { output, events } = await runShell(
    edge,
    `git submodule update --init 2>&1; cat lib/lib.txt
cd lib && git checkout -qb mine && ${commit("mine")} && git push origin HEAD 2>&1 || echo refused`,
    { repositories: [repository.url] },
  );
  assertCompleted(events);
  assert.match(output, /^from the library$/m, output);
  assert.match(output, /^refused$/m, output);
  assert.equal(await remoteHead(library.url, API_KEY, "mine"), null);
});
