import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { steps } from "../../scripted-model/server.ts";
import { dataOf, ofType, startWorld, type World } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";

let world: World;
let repositoryUrl: string;
before(async () => {
  world = await startWorld();
  ({ url: repositoryUrl } = await world.repository("tools/app", { "a.txt": "one\n" }));
});
after(() => world.close());

async function run(
  prompt: string,
  script: Parameters<World["model"]["script"]>[1],
  repositories: string[] = [],
) {
  world.model.script(prompt, script);
  const session = await world.client.session.create({ prompt, repositories });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  return { session, events };
}

test("the harness calls session tools over MCP", async () => {
  const { session, events } = await run("Name the session.", [
    steps.mcp("tembo", "set_title", { title: "Named by its agent" }),
    steps.say("Named."),
  ]);
  assert.deepEqual(
    ofType(events, "tool.called").map(({ eventData }) => [eventData.tool, eventData.status]),
    [["set_title", "completed"]],
  );
  assert.equal((await world.client.session.retrieve(session.id)).title, "Named by its agent");
});

test("the session tools are available as a command in the sandbox's shell", async () => {
  const { session, events } = await run("Name it from the shell.", [
    steps.bash(
      "tembo --help; tembo set-title Named by a command; tembo set-title; tembo nonsense; tembo set-vm-keep-alive 0",
    ),
    steps.say("Named."),
  ]);
  const [result] = resultsOf(events);
  assert.match(result!, /tembo pull-request create/);
  assert.match(result!, /Named by a command/);
  assert.match(result!, /until/);
  assert.match(result!, /Unknown command .*tembo nonsense/);
  assert.equal((await world.client.session.retrieve(session.id)).title, "Named by a command");
});

test("opens a pull request during the turn, and not a second one at the end", async () => {
  const { session, events } = await run(
    "Open it early.",
    [
      steps.write("b.txt", "two\n"),
      steps.bash(
        "tembo pull-request create --title 'Add b' --body 'Because of b.' && git log --format=%s%n%an%n%b -1 && git status --short",
      ),
      steps.write("c.txt", "three\n"),
      steps.bash("tembo commit -m 'Add c' && tembo merge"),
      steps.say("All there."),
    ],
    [repositoryUrl],
  );
  const results = resultsOf(events);
  assert.match(results[1]!, /pullRequests/);
  assert.match(results[3]!, /Committed.*Merged/s);
  const { items } = await world.client.pullRequests.list();
  const own = items.filter((one) => one.session?.id === session.id);
  assert.deepEqual(
    own.map(({ title, status }) => [title, status]),
    [["Add b", "open"]],
  );
  const { description } = await world.client.pullRequests.retrieve(own[0]!.id);
  assert.match(description ?? "", /Because of b/);
  const types = events.map(({ eventType }) => eventType);
  assert.ok(types.indexOf("pullRequest.opened") < types.lastIndexOf("toolCall"));
  assert.equal(ofType(events, "branch.pushed").length, 2);
});

test("stores documents and files as artifacts, and masks secrets in them", async () => {
  const { orgId } = await world.client.me.retrieve();
  await world.client.organizations.secrets.create(orgId!, { key: "DOOR", value: "sesame-open-42" });
  const { session, events } = await run("Keep them.", [
    steps.bash(
      'printf "# Report\\n$DOOR\\n" | tembo artifact create --title "A report" --content-file -; printf "bytes of $DOOR" > shot.png; printf "\\377\\330" > raw.bin; tembo upload-file shot.png --title Shot; tembo upload-file raw.bin',
    ),
    steps.mcp("tembo", "createArtifact", { title: "Table", outputType: "csv", content: "a,b\n1,2\n" }),
    steps.say("Kept."),
  ]);
  assert.equal(ofType(events, "artifact.created").length, 4);
  const { items } = await world.client.artifacts.list({ sessionId: session.id });
  const byTitle = (title: string) => items.find((one) => one.title === title)!;
  const report = await world.client.artifacts.retrieve(byTitle("A report").id);
  assert.deepEqual(
    [report.type, report.outputType, report.content],
    ["Response", "markdown", "# Report\n[secret DOOR]\n"],
  );
  assert.deepEqual([byTitle("Table").outputType, byTitle("Table").sizeBytes], ["csv", 8]);
  const shot = await world.client.artifacts.retrieve(byTitle("Shot").id);
  assert.deepEqual(
    [shot.type, shot.outputType, shot.fileKind, shot.fileName, shot.assetUrl],
    ["File", "asset", "image", "shot.png", `${world.url}/v1/artifacts/${shot.id}/file`],
  );
  assert.equal(Buffer.from(await world.client.artifacts.file(shot.id)).toString(), "bytes of [secret DOOR]");
  assert.deepEqual([...(await world.client.artifacts.file(byTitle("raw.bin").id))], [0xff, 0xd8]);
  await assert.rejects(world.client.artifacts.file(report.id), { status: 404 });
});

test("passes the stored agent state to a child session", async () => {
  world.model.script("Read what was kept.", [
    steps.bash("tembo state get; tembo child-session create 'Too deep?' "),
    steps.say("Read."),
  ]);
  const { session, events } = await run("Keep and start.", [
    steps.mcp("tembo", "setAgentState", { key: "seen", value: { issues: [1, 2] } }),
    steps.mcp("tembo", "create_child_session", { prompt: "Read what was kept." }),
    steps.say("Started."),
  ]);
  const [, started] = ofType(events, "tool.called");
  const { sessionId } = JSON.parse(started!.eventData.output) as { sessionId: string };
  assert.notEqual(sessionId, session.id);
  const [read] = resultsOf(await world.ended(sessionId));
  assert.match(read!, /seen.*issues.*1,.*2/s);
});

test("starts a child session on another repository only if a person allows it", async () => {
  const other = await world.repository("tools/other", { "other.txt": "from elsewhere\n" });
  world.model.script("Work on the other one.", [
    steps.bash("cat other.txt; ls"),
    steps.write("child.txt", "by the child\n"),
    steps.say("Done there."),
  ]);
  const prompt = "Start one elsewhere.";
  const elsewhere = { prompt: "Work on the other one.", repositoryIds: [other.id] };
  world.model.script(prompt, [
    steps.mcp("tembo", "list_repositories", {}),
    steps.mcp("tembo", "create_child_session", elsewhere),
    steps.mcp("tembo", "create_child_session", elsewhere),
    steps.say("Started."),
  ]);
  const session = await world.client.session.create({ prompt, repositories: [repositoryUrl] });
  for (const [round, decision] of (["deny", "allow"] as const).entries()) {
    let count = 0;
    const seen = await world.until(
      session.id,
      ({ eventType }) => eventType === "permission.requested" && count++ === round,
    );
    const waiting = dataOf(seen.at(-1), "permission.requested");
    assert.equal(waiting.kind, "reach");
    assert.match(waiting.title, /tools\/other/);
    await world.client.session.permissions.answer(session.id, waiting.permissionId, { decision });
  }
  const events = await world.ended(session.id);
  const called = ofType(events, "tool.called");
  assert.deepEqual(
    called.map(({ eventData }) => [eventData.tool, eventData.status]),
    [
      ["list_repositories", "completed"],
      ["create_child_session", "failed"],
      ["create_child_session", "completed"],
    ],
  );
  assert.doesNotMatch(called[0]!.eventData.output, new RegExp(other.id));
  assert.match(resultsOf(events)[1]!, /A person denied the request/);
  const { sessionId } = JSON.parse(called[2]!.eventData.output) as { sessionId: string };
  const worked = await world.ended(sessionId);
  assert.equal(worked.at(-1)?.eventType, "turn.completed", JSON.stringify(worked.at(-1)));
  assert.match(resultsOf(worked)[0]!, /from elsewhere/);
  const { items } = await world.client.pullRequests.list();
  const of = (id: string) =>
    items.filter((one) => one.session?.id === id).map(({ codeRepository }) => codeRepository?.id);
  assert.deepEqual(of(sessionId), [other.id]);
  assert.deepEqual(of(session.id), [], "the parent session has no pull request");
});

test("extends the sandbox's keep-alive, and shows it in the session's state", async () => {
  const { session, events } = await run("Stay up.", [
    steps.mcp("tembo", "setVmKeepAlive", { minutes: 30 }),
    steps.say("It stays."),
  ]);
  const [called] = ofType(events, "tool.called");
  const { until } = JSON.parse(called!.eventData.output) as { until: string };
  const kept = await world.until(session.id, ({ eventType }) => eventType === "sandbox.kept");
  assert.equal(dataOf(kept.at(-1), "sandbox.kept").until, until);
  assert.deepEqual(await world.client.session.retrieveKeepAlive(session.id), {
    keepAliveUntil: until,
    isKept: true,
  });
  const plain = await run("Do not stay up.", [steps.say("It does not.")]);
  const state = await world.client.session.retrieveKeepAlive(plain.session.id);
  assert.equal(state.isKept, false, "control: the sandbox stops without the tool");
  await world.client.session.keepAlive(session.id, 0);
  await world.until(session.id, ({ eventType }) => eventType === "sandbox.stopped");
});

test("waits for the person's answer to a question", async () => {
  const prompt = "Ask first.";
  world.model.script(prompt, [
    steps.mcp("tembo", "ask_user", { question: "Which color?", choices: ["red", "blue"] }),
    steps.mcp("tembo", "respond_to_user", { message: "It will be blue." }),
    steps.say("Asked."),
  ]);
  const session = await world.client.session.create({ prompt });
  const seen = await world.until(session.id, ({ eventType }) => eventType === "question.asked");
  const { questionId } = dataOf(seen.at(-1), "question.asked");
  await world.client.session.questions.answer(session.id, questionId, "blue");
  const events = await world.ended(session.id);
  assert.match(resultsOf(events)[0]!, /blue/);
  assert.deepEqual(
    ofType(events, "response.given").map(({ eventData }) => eventData.text),
    ["It will be blue."],
  );
});

test("stores documents in plan mode, and rejects commits and pull requests", async () => {
  const prompt = "Plan it.";
  world.model.script(prompt, [
    steps.bash(
      "tembo commit -m no; tembo pull-request create; tembo artifact create --title Notes --content words",
    ),
    steps.say("Planned."),
  ]);
  const session = await world.client.session.create({
    prompt,
    repositories: [repositoryUrl],
    agentOptions: { mode: "planning" },
  });
  const events = await world.ended(session.id);
  assert.deepEqual(
    ofType(events, "tool.called").map(({ eventData }) => [eventData.tool, eventData.status]),
    [
      ["commit", "failed"],
      ["create_pull_request", "failed"],
      ["createArtifact", "completed"],
    ],
  );
});
