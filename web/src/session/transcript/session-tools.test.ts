import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EventData } from "@tembo-io/sdk";
import type { Transcript } from "./draft.ts";
import { findSessionTool } from "./session-tools.ts";
import { callOf, completed, started, transcriptOf } from "./testing/transcript-of.ts";

const shown = ({ items }: Transcript) =>
  items.flatMap((item) => {
    if ("isHidden" in item && item.isHidden === true) return [];
    return item.kind === "tool" ? [`${item.sessionTool ?? item.title} ${item.status}`] : [item.kind];
  });
const report = (tool: string, status: "pending" | "completed" | "failed"): EventData =>
  callOf({ toolCallId: tool, title: `mcp__tembo__${tool}`, status });
const record = (tool: string, status: "completed" | "failed" = "completed"): EventData => ({
  type: "tool.called",
  tool,
  status,
  input: "{}",
  output: "{}",
});
const saved: EventData = {
  type: "artifact.created",
  artifactId: "a1",
  artifactType: "Response",
  title: "Report",
};
const asked: EventData = {
  type: "question.asked",
  questionId: "q1",
  question: "Which?",
  options: [],
  expiresAt: "",
};
const committed: EventData = {
  type: "commit.created",
  repository: "kettle",
  branch: "main",
  sha: "62bf559f",
  additions: 1,
  deletions: 0,
  changedFiles: 1,
};

describe("a call of a session tool", () => {
  it("is recognized in the titles of harnesses", () => {
    for (const title of ["mcp__tembo__ask_user", "mcp.tembo.ask_user", "tembo_ask_user", "tembo.ask_user"])
      assert.equal(findSessionTool(title), "ask_user", title);
    for (const title of ["ask_user", "cat tembo/ask_user", "mcp__tembo__unknown", "mcp__other__ask_user"])
      assert.equal(findSessionTool(title), null, title);
  });

  it("has one row, although the harness and the server report it", () => {
    const reports = [
      report("get_services", "pending"),
      record("get_services"),
      report("get_services", "completed"),
    ];
    for (const order of [
      [0, 1, 2],
      [1, 0, 2],
      [0, 2, 1],
    ])
      assert.deepEqual(
        shown(transcriptOf(started, ...order.map((index) => reports[index]!))),
        ["get_services completed"],
        String(order),
      );
  });

  it("has a row per call if an agent calls the tool twice", () => {
    const once = [report("get_services", "pending"), record("get_services")];
    const twice = [callOf({ toolCallId: "2", title: "mcp__tembo__get_services" }), record("get_services")];
    assert.deepEqual(shown(transcriptOf(started, ...once, ...twice)), [
      "get_services completed",
      "get_services completed",
    ]);
  });

  it("is not shown beside its result", () => {
    const artifact = [report("createArtifact", "pending"), saved];
    assert.deepEqual(shown(transcriptOf(started, ...artifact)), ["note"], "while it runs");
    assert.deepEqual(shown(transcriptOf(started, ...artifact, record("createArtifact"))), ["note"]);
    assert.deepEqual(shown(transcriptOf(started, saved, record("createArtifact"))), ["note"]);
    assert.deepEqual(
      shown(transcriptOf(started, committed, record("commit"), report("commit", "completed"))),
      ["commit"],
    );
  });

  it("is not shown if the harness reports it after its result", () => {
    assert.deepEqual(shown(transcriptOf(started, asked, report("ask_user", "pending"))), ["question"]);
    const failed = [saved, report("createArtifact", "pending"), record("createArtifact", "failed")];
    assert.deepEqual(shown(transcriptOf(started, ...failed)), ["note", "createArtifact failed"]);
  });

  it("is not shown if the harness reports it late, whichever tool stored the artifact", () => {
    for (const tool of ["createArtifact", "uploadFile", "take_screenshot"])
      assert.deepEqual(
        shown(transcriptOf(started, saved, report(tool, "pending"), record(tool))),
        ["note"],
        tool,
      );
    const later = [saved, report("uploadFile", "pending"), report("take_screenshot", "pending")];
    assert.deepEqual(shown(transcriptOf(started, ...later)), ["note", "take_screenshot pending"], "control");
  });

  it("is shown if it has no result, or if it failed", () => {
    assert.deepEqual(shown(transcriptOf(started, report("commit", "pending"), record("commit"))), [
      "commit completed",
    ]);
    assert.deepEqual(
      shown(transcriptOf(started, report("createArtifact", "pending"), record("createArtifact", "failed"))),
      ["createArtifact failed"],
    );
  });

  it("is not shown beside a question that no one answered", () => {
    const closed = [report("ask_user", "pending"), asked, report("ask_user", "failed"), completed];
    assert.deepEqual(shown(transcriptOf(started, ...closed)), ["question", "turnEnd"]);
  });
});
