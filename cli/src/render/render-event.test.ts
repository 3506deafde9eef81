import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventData, Runtime, SessionEvent } from "@tembo-io/sdk";
import { namesFrom } from "../names.ts";
import { createRecordingTerminal } from "../testing/recording-terminal.ts";
import { createEventPrinter } from "./event-printer.ts";

const model: Runtime["compatibleModels"][number] = {
  name: "gpt-6-sol",
  label: "GPT-6 Sol",
  provider: "OpenAI",
  isDefault: true,
  isPlatformDefault: false,
  reasoningLevels: [],
  availability: { status: "available" },
};
const names = namesFrom({
  runtimes: [{ name: "codex", displayName: "Codex", compatibleModels: [model] }],
  providers: [{ name: "bedrock", label: "Amazon Bedrock" }],
});

function printed(...events: { type: string }[]): string {
  const terminal = createRecordingTerminal(80);
  const printer = createEventPrinter(terminal, names);
  for (const eventData of events) {
    printer.print({
      id: 1,
      sessionId: "s1",
      messageId: null,
      createdAt: "",
      eventType: eventData.type,
      provider: "tembo",
      eventData: eventData as SessionEvent["eventData"],
    });
  }
  printer.end();
  return terminal.text();
}

const call = {
  type: "toolCall",
  toolCallId: "c1",
  title: "npm test",
  kind: "execute",
  input: null,
  output: null,
  exitCode: null,
  diffs: [],
} as const;
const hook = { type: "hook.finished", hook: "prePush", repository: "web", command: "npm test" } as const;
const pull = { repository: "web", number: 7, url: "http://x/7", title: "Fix" };
const usage = {
  requests: 3,
  inputTokens: 400,
  outputTokens: 300,
  cachedInputTokens: 2_150,
  cacheWriteTokens: 1,
  costMicroUsd: 12_345,
};
const answered = {
  type: "permission.answered",
  permissionId: "p1",
  toolCallId: "c1",
  title: "npm test",
  kind: "execute",
} as const;
/** A sample of every event type, with its rendering. */
const samples: [EventData, string][] = [
  [
    { type: "session.created", agent: "codex:gpt-6-sol", repositories: ["web", "api"] },
    "session Codex · GPT-6 Sol on web, api\n",
  ],
  [{ type: "session.created", agent: "codex", repositories: [] }, "session Codex on an empty workspace\n"],
  [{ type: "session.titled", title: "Fix" }, "title: Fix\n"],
  [{ type: "session.archived" }, "archived\n"],
  [{ type: "session.unarchived" }, "unarchived\n"],
  [{ type: "message.queued", content: "Fix it" }, "> Fix it\n"],
  [{ type: "turn.queued", turnId: "t", number: 1 }, "turn 1 queued\n"],
  [{ type: "turn.started", turnId: "t", number: 1 }, "turn 1 started\n"],
  [{ type: "turn.resumed", turnId: "t", attempt: 2 }, "turn resumed (attempt 2)\n"],
  [{ type: "turn.step", step: "work", message: "Going" }, "work: Going\n"],
  [{ type: "turn.completed", turnId: "t", message: "Done" }, "completed: Done\n"],
  [{ type: "turn.failed", turnId: "t", error: { code: "x", message: "Broke" } }, "failed: Broke\n"],
  [{ type: "turn.cancelled", turnId: "t", message: "Stopped" }, "cancelled: Stopped\n"],
  [{ ...hook, exitCode: 0, output: "long" }, "prePush of web: npm test\n"],
  [{ ...hook, exitCode: 2, output: "a\nb\n" }, "prePush of web: npm test (exit code 2)\n  a\n  b\n"],
  [
    {
      type: "commit.created",
      repository: "web",
      branch: "b",
      sha: "0123456789abcdef",
      additions: 2,
      deletions: 1,
      changedFiles: 1,
    },
    "commit 0123456789 on b of web: 1 file, +2 -1\n",
  ],
  [
    { type: "branch.pushed", repository: "web", branch: "b", sha: "0123456789abcdef" },
    "pushed b of web at 0123456789\n",
  ],
  [{ type: "pullRequest.opened", ...pull }, "pull request opened web#7 Fix http://x/7\n"],
  [{ type: "pullRequest.updated", ...pull }, "pull request updated web#7 Fix http://x/7\n"],
  [
    { type: "egress.denied", host: "a.example", port: 443, reason: "notAllowed" },
    'network access denied: a.example:443 (not allowed; "tembo egress set" changes the network policy)\n',
  ],
  [
    { type: "egress.denied", host: "a.example", port: 80, reason: "notPublic" },
    "network access denied: a.example:80 (its address is not public)\n",
  ],
  [
    { type: "turn.metered", turnId: "t", ...usage, unpricedRequests: 0 },
    "models: 2,551 tokens in (2,150 cached), 300 out, $0.01\n",
  ],
  [
    { type: "turn.metered", turnId: "t", ...usage, unpricedRequests: 2 },
    "models: 2,551 tokens in (2,150 cached), 300 out, $0.01, excluding 2 requests with an unknown price\n",
  ],
  [
    {
      type: "permission.requested",
      permissionId: "p1",
      toolCallId: "c1",
      title: "npm test",
      kind: "execute",
      input: '{"command":"npm test"}',
      expiresAt: "2026-11-25T10:00:00.000Z",
    },
    'permission needed: execute npm test (expires Nov 25, 10:00 AM)\n  {"command":"npm test"}\n  tembo session permit s1 p1 allow|deny\n',
  ],
  [
    { ...answered, decision: "allow", by: "person", comment: "Fine." },
    "allowed: execute npm test (by a person) Fine.\n",
  ],
  [
    { ...answered, decision: "allow", by: "person", comment: null, isForSession: true },
    "allowed: execute npm test (by a person, for this session)\n",
  ],
  [
    { ...answered, decision: "deny", by: "policy", comment: null },
    "denied: execute npm test (by the organization's policy)\n",
  ],
  [
    {
      type: "question.asked",
      questionId: "q1",
      question: "Which?",
      options: ["a", "b"],
      expiresAt: "2026-11-25T10:00:00.000Z",
    },
    "question: Which? (expires Nov 25, 10:00 AM)\n  - a\n  - b\n  - any other answer\n  tembo session answer s1 q1 TEXT\n",
  ],
  [{ type: "question.answered", questionId: "q1", answer: "a", by: "person" }, "answered: a (by a person)\n"],
  [
    { type: "question.answered", questionId: "q1", answer: null, by: "timeout" },
    "answered: no answer (because no one answered in time)\n",
  ],
  [
    { type: "plan.proposed", artifactId: "a1", title: "Rewrite" },
    "plan proposed: Rewrite\n  tembo plan show|approve|edit|reject s1\n",
  ],
  [{ type: "goal.checked", round: 2, isReached: true, output: "ok" }, "goal reached (round 2)\n"],
  [
    { type: "goal.checked", round: 1, isReached: false, output: "2 failed\n" },
    "goal not reached (round 1)\n  2 failed\n",
  ],
  [{ type: "notice", message: "Careful" }, "note: Careful\n"],
  [{ type: "text", text: "Hello" }, "Hello\n"],
  [{ type: "thought", text: "Hm" }, "Hm\n"],
  [{ ...call, status: "pending" }, ""],
  [{ ...call, status: "running" }, "execute npm test\n"],
  [
    { ...call, kind: "edit", status: "completed", diffs: [{ path: "a.ts", oldText: null, newText: "" }] },
    "edit npm test\n  new a.ts +0 -0\n",
  ],
  [{ ...call, status: "failed", output: "no\n" }, "execute npm test\n  failed: npm test\n  no\n"],
  [
    { ...call, status: "completed", output: "no\n", exitCode: 2 },
    "execute npm test\n  failed: npm test (exit code 2)\n  no\n",
  ],
  [{ ...call, status: "completed", exitCode: 0 }, "execute npm test\n"],
  [{ type: "mode", mode: "plan", isPlanning: true }, "mode: plan (read-only)\n"],
  [{ type: "availableCommands", commands: [] }, ""],
  [
    {
      type: "plan",
      entries: [
        { content: "a", status: "completed" },
        { content: "b", status: "inProgress" },
        { content: "c", status: "pending" },
      ],
    },
    "plan\n  [x] a\n  [>] b\n  [ ] c\n",
  ],
  [{ type: "title", title: "Fix" }, "title: Fix\n"],
  [{ type: "usage", inputTokens: 5, outputTokens: 2, cachedInputTokens: 3 }, ""],
  [{ type: "harness.ended", stopReason: "endTurn" }, ""],
  [
    { type: "harness.ended", stopReason: "maxTokens" },
    "harness stopped: the model reached its token limit\n",
  ],
];
for (const [event, expected] of samples) {
  test(`${event.type} is printed as ${JSON.stringify(expected)}`, () =>
    assert.equal(printed(event), expected));
}

const counted = { type: "usage", inputTokens: 400, outputTokens: 300, cachedInputTokens: 2_150 };
const completed = { type: "turn.completed", turnId: "t", message: "Done" };

test("prints one line of tokens for a turn, and prefers the model gateway's count to the harness's count", () => {
  const metered = { type: "turn.metered", turnId: "t", ...usage, unpricedRequests: 0 };
  assert.equal(
    printed(counted, metered, completed),
    "models: 2,551 tokens in (2,150 cached), 300 out, $0.01\ncompleted: Done\n",
  );
});

test("prints the harness's count at the end of a turn that the model gateway did not meter", () => {
  const uncached = { ...counted, cachedInputTokens: 0 };
  assert.equal(
    printed(counted, counted, completed, uncached, completed, completed),
    [
      "models: 5,100 tokens in (4,300 cached), 600 out",
      "completed: Done",
      "models: 400 tokens in, 300 out",
      "completed: Done",
      "completed: Done",
      "",
    ].join("\n"),
  );
});

test("does not add tokens to the next turn if the previous turn's end was missed", () => {
  assert.equal(
    printed(counted, { type: "turn.started", turnId: "u", number: 2 } as { type: string }, completed),
    "turn 2 started\ncompleted: Done\n",
  );
});

test("prints an unknown event type as its name and JSON", () => {
  assert.equal(printed({ type: "moon.landed", crew: 2 } as { type: string }), 'moon.landed {"crew":2}\n');
  assert.equal(printed({ type: "constructor" }), "constructor {}\n");
  assert.equal(printed({ type: "plan" }), "plan {}\n");
});

test("joins consecutive text events, and starts a new line for another kind of event", () => {
  const text = (words: string) => ({ type: "text", text: words });
  assert.equal(
    printed(
      text("one "),
      text("line\n"),
      text("two"),
      { type: "thought", text: "hm" } as { type: string },
      {
        type: "notice",
        message: "n",
      } as { type: string },
    ),
    "one line\ntwo\nhm\nnote: n\n",
  );
});

test("prints an edit as a diff, and the last lines of a program's output", () => {
  const edited = { path: "a.ts", oldText: "one\ntwo\nthree\n", newText: "one\n2\nthree\n" };
  assert.equal(
    printed({ ...call, kind: "edit", title: "Edit a.ts", status: "completed", diffs: [edited] } as {
      type: string;
    }),
    "Edit a.ts\n  changed a.ts +1 -1\n   one\n  -two\n  +2\n   three\n",
  );
  const output = Array.from({ length: 8 }, (_, index) => `line ${index}`).join("\n\n");
  assert.equal(
    printed({ ...call, status: "completed", output } as { type: string }),
    "execute npm test\n  … 3 earlier lines\n  line 3\n  line 4\n  line 5\n  line 6\n  line 7\n",
  );
  assert.equal(
    printed({ ...call, kind: "read", status: "completed", output } as { type: string }),
    "read npm test\n",
  );
});

test("shortens a long diff and a long message, and prints the number of omitted lines", () => {
  const newText = Array.from({ length: 50 }, (_, index) => `${index}`).join("\n");
  const diffs = [{ path: "a.ts", oldText: null, newText }];
  const shown = printed({ ...call, kind: "edit", status: "completed", diffs } as { type: string });
  assert.match(shown, /new a\.ts \+50 -0\n {2}\+0\n[\s\S]* {2}\+39\n {2}… 10 more lines\n$/);
  assert.match(
    printed({ type: "message.queued", content: newText } as { type: string }),
    /^> 0\n[\s\S]*> 19\n> \.\.\. 30 more lines\n$/,
  );
});

test("prints a tool call once, and again if the call fails", () => {
  assert.equal(
    printed(
      { ...call, status: "pending" } as { type: string },
      { ...call, status: "running" } as { type: string },
      { ...call, status: "running" } as { type: string },
      { ...call, status: "failed" } as { type: string },
    ),
    "execute npm test\n  failed: npm test\n",
  );
});
