import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EventData } from "@tembo-io/sdk";
import { withoutFailure } from "./judge-turn.ts";
import { callOf, completed, started, transcriptOf } from "./testing/transcript-of.ts";

const edit = (toolCallId: string, status: "completed" | "failed") =>
  callOf({ toolCallId, kind: "edit", status });

describe("the result of a turn", () => {
  const failedEdits = (...events: readonly EventData[]) => {
    const item = transcriptOf(started, ...events, completed).items.at(-1);
    return item?.kind === "turnEnd" ? item.result.failedEdits : null;
  };

  it("has failed edits only if the turn changed nothing", () => {
    assert.equal(failedEdits(edit("1", "failed"), edit("2", "failed")), 2);
    assert.equal(failedEdits(edit("1", "failed"), edit("2", "completed")), 0);
    assert.equal(failedEdits(callOf({ toolCallId: "1", kind: "execute", status: "failed" })), 0);
  });

  it("does not depend on earlier turns", () => {
    const { items } = transcriptOf(
      started,
      edit("1", "failed"),
      completed,
      { ...started, turnId: "t2" },
      {
        ...completed,
        turnId: "t2",
      },
    );
    assert.deepEqual(
      items.flatMap((item) => (item.kind === "turnEnd" ? [item.result.failedEdits] : [])),
      [1, 0],
    );
  });

  it("has a plan if the turn proposed one", () => {
    const { items } = transcriptOf(
      started,
      { type: "plan.proposed", artifactId: "a1", title: "Lid" },
      completed,
    );
    const end = items.at(-1);
    assert.equal(end?.kind === "turnEnd" && end.result.hasPlan, true);
  });
});

describe("the error of a failed turn", () => {
  const failure = "The model provider responded with status 400: The prompt is too long for the model.";

  it("is removed from the end of the agent's text", () => {
    assert.equal(withoutFailure("API Error: 400 The prompt is too long for the model.", failure), "");
    assert.equal(
      withoutFailure("I begin.\n\nError: The prompt is too long for the model.", failure),
      "I begin.",
    );
    assert.equal(
      withoutFailure(
        'API Error: 400 {"message":"The prompt is too long for the model. Shorten it."}',
        failure,
      ),
      "",
    );
    const json = '{"error":{"message":"Too long"}}';
    assert.equal(withoutFailure(`${json}\n\n`, `The model failed: ${json}. Send the message again.`), "");
  });

  it("leaves other text", () => {
    for (const text of ["I read the prompt.", "Error: 400", "API Error: The connection was closed.", "Error"])
      assert.equal(withoutFailure(text, failure), text);
  });

  it("is shown once", () => {
    const { items } = transcriptOf(
      started,
      { type: "text", text: "API Error: 400 It is too long." },
      {
        type: "turn.failed",
        turnId: "t1",
        error: {
          code: "model_failed",
          message: "The model provider responded with status 400: It is too long.",
        },
      },
    );
    assert.equal(items[0]?.kind === "text" && items[0].isHidden, true);
  });
});
