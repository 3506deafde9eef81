import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnContext } from "../turn/turn-context.ts";
import { composeThreads } from "./compose-threads.ts";
import { messageText, threadBlocks } from "./message-blocks.ts";

const compact = { command: "compact", arguments: "keep the plan" };

test("sends a message without a command as it is", () => {
  assert.equal(
    messageText({ slashCommand: null, content: "First.\n\n/compact keep the plan" }),
    "First.\n\n/compact keep the plan",
  );
});

test("sends a command first, and once if the message repeats it", () => {
  for (const [content, sent] of [
    ["", "/compact keep the plan"],
    ["/compact keep the plan", "/compact keep the plan"],
    ["Then go on.", "/compact keep the plan\n\nThen go on."],
    [
      "First read this.\n  /compact keep the plan\nThen go on.",
      "/compact keep the plan\n\nFirst read this.\nThen go on.",
    ],
    ["See /compact keep the plan", "/compact keep the plan\n\nSee /compact keep the plan"],
  ] as const)
    assert.equal(messageText({ slashCommand: compact, content }), sent);
});

test("sends a command whose arguments have several lines once", () => {
  const text = "/compact keep\nthe plan";
  assert.equal(
    messageText({ slashCommand: { command: "/compact", arguments: "keep\nthe plan" }, content: text }),
    text,
  );
});

const threads = [
  { commentId: "12", place: "src/a.ts:3" },
  { commentId: "15", place: 'odd"name.ts' },
];

test("lists the review threads of a message in its order, with the instruction to reply in them", () => {
  assert.equal(
    composeThreads(threads, "reply"),
    `This request assigns these review threads to you, in the order of its comments:

1. inline-12 ("src/a.ts:3")
2. inline-15 ("odd\\"name.ts")

Answer each of them with the tool reply_to_review_thread, or "tembo review-thread reply". Resolve a thread only if your changes settle it.`,
  );
});

test("orders no reply in review threads in a planning turn or a private session", async () => {
  const context = (mode: "plan" | "build", visibility: "public" | "private") =>
    ({
      session: { id: "s", options: { mode } },
      message: { id: "m", options: null },
      ports: {
        store: {
          assignedThreads: { ofMessage: async (id: string) => (id === "m" ? threads : []) },
          sessions: { get: async () => ({ visibility }) },
        },
      },
    }) as unknown as TurnContext;
  const blockText = async (given: TurnContext, id = "m") => {
    const [block] = await threadBlocks(given, { id });
    return block?.type === "text" ? block.text : null;
  };
  for (const [given, instruction] of [
    [context("plan", "public"), /Describe in the plan how to settle each of them\.$/],
    [context("plan", "private"), /Describe in the plan how to settle each of them\.$/],
    [context("build", "private"), /Answer each of them in your last message\.$/],
  ] as const) {
    const text = String(await blockText(given));
    assert.match(text, instruction);
    assert.match(text, /inline-12/);
    assert.doesNotMatch(text, /reply_to_review_thread/);
  }
  assert.match(String(await blockText(context("build", "public"))), /reply_to_review_thread/, "control");
  assert.equal(await blockText(context("build", "public"), "other"), null);
});
