import assert from "node:assert/strict";
import {
  API_KEY,
  assertOccurOnce,
  dataOf,
  endings,
  ofType,
  remoteFile,
  type World,
} from "../../support/index.ts";
import type { Row } from "../row.ts";

/**
 * The agent to use, and the protocol of its harness. A harness that supports several protocols gets a model from
 * another family.
 */
const asks: Readonly<Record<string, { readonly agent: string; readonly protocol: string }>> = {
  claudeCode: { agent: "claudeCode", protocol: "anthropic" },
  codex: { agent: "codex", protocol: "responses" },
  opencode: { agent: "opencode:claude-opus-4-5", protocol: "anthropic" },
  pi: { agent: "pi:claude-opus-4-5", protocol: "anthropic" },
  gemini: { agent: "gemini", protocol: "gemini" },
};

export const rows: readonly Row[] = [
  {
    name: "model's own protocol",
    does: "calls a model with the protocol of the model's family",
    async run({ world, harness, repository }) {
      const app = await repository("app", { "list.txt": "one\ntwo\n" });
      const { agent, protocol } = asks[harness]!;
      const seen = world.model.requests.length;
      const session = await world.client.session.create({
        prompt:
          'Ask. SCRIPT(write("new.txt", "new\\n"), read("list.txt"), edit("list.txt", "two", "second"), say("Asked."))',
        agent,
        repositories: [app.url],
      });
      const events = await world.ended(session.id);
      assertOccurOnce(events, "pullRequest.opened", "turn.completed");
      const requests = world.model.requests.slice(seen);
      assert.deepEqual([...new Set(requests.map((request) => request.protocol))], [protocol]);
      const { branchName } = await world.client.session.retrieve(session.id);
      assert.equal(await remoteFile(app.url, API_KEY, branchName!, "new.txt"), "new");
      assert.equal(await remoteFile(app.url, API_KEY, branchName!, "list.txt"), "one\nsecond");
      assert.ok(ofType(events, "turn.metered").length > 0, "usage is metered");
      if (agent !== harness) await goOnWithAnother(world, session.id, harness);
    },
  },
  {
    name: "model 429 and 529",
    does: "retries after 429 and 529 from the model, and fails with model_failed if 529 persists",
    async run({ world, repository, start }) {
      const app = await repository("app", { "a.txt": "1\n" });
      const session = await start(
        'Wait for it. SCRIPT(fail(429, 1), fail(529, 1), write("b.txt", "2\\n"), say("Worked after all."))',
        [app],
      );
      const events = await world.ended(session.id);
      assertOccurOnce(events, "pullRequest.opened", "turn.completed");
      const failed = world.model.requests.filter(
        ({ outcome, userTexts }) => outcome === "failed" && userTexts.join("\n").includes("Wait for it."),
      );
      assert.ok(failed.length >= 2, "the model returns two errors");

      const hopeless = await start("Try. SCRIPT(fail(529))", [app]);
      const [end] = endings(await world.ended(hopeless.id));
      const { code, message } = dataOf(end, "turn.failed").error;
      assert.equal(code, "model_failed", message);
    },
  },
  {
    name: "usage metered",
    does: "has its model requests and tokens metered",
    async run({ world, repository, start }) {
      const app = await repository("app", { "a.txt": "1\n" });
      const session = await start('Count. SCRIPT(read("a.txt"), say("Counted."))', [app]);
      const events = await world.ended(session.id);
      const [metered] = ofType(events, "turn.metered");
      assert.ok(metered !== undefined, "the session has a turn.metered event");
      const { requests, inputTokens, outputTokens } = metered.eventData;
      assert.ok(requests >= 2 && inputTokens > 0 && outputTokens > 0, JSON.stringify(metered.eventData));
      assert.equal(metered.messageId, endings(events)[0]?.messageId);
    },
  },
];

/** Continues with an agent that uses another protocol. Asserts that the harness keeps its conversation. */
async function goOnWithAnother(world: World, id: string, agent: string): Promise<void> {
  const seen = world.model.requests.length;
  await world.client.session.messages.create(id, { content: 'Go on. SCRIPT(say("Went on."))', agent });
  const events = await world.ended(id, 2);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  const requests = world.model.requests.slice(seen).filter(({ isBackground }) => !isBackground);
  assert.deepEqual([...new Set(requests.map(({ protocol }) => protocol))], ["chat-completions"]);
  const texts = requests.map(({ userTexts }) => userTexts.join("\n"));
  assert.ok(
    texts.some((text) => text.includes("Ask. SCRIPT") && !text.includes("<earlier_work>")),
    "the harness resumes its own conversation",
  );
}
