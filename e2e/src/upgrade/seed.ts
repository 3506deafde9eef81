import assert from "node:assert/strict";
import type { Hold } from "../scripted-model/holds.ts";
import { endings, type World } from "../support/index.ts";
import { inParallel } from "./snapshot.ts";

/** Number of sessions whose work is completed before the upgrade, with a pull request each. */
const completedCount = 20;
/** Beginnings of the prompts of the running sessions. */
const runningPrompts = ["Running 1", "Running 2", "Running 3"] as const;

export interface ActiveSessions {
  /** Sessions whose turns run. */
  readonly running: readonly string[];
  /** Session with a warm sandbox. */
  readonly kept: string;
}

/**
 * Creates completed sessions with pull requests, attachments and artifacts, and drafts until there are `total` sessions.
 * Returns the IDs of the attachments.
 */
export async function seedIdle(world: World, repository: string, total: number): Promise<readonly string[]> {
  const { client } = world;
  const attachments: string[] = [];
  const attach = async (index: number) => {
    if (index % 5 !== 0) return [];
    const { id } = await client.attachments.create({
      name: "notes.txt",
      content: bytesOf(`Note ${index}\n`),
    });
    attachments.push(id);
    return [id];
  };
  await inParallel(Array.from({ length: completedCount }), async (_, index) => {
    const { id } = await client.session.create({
      prompt: `Work. SCRIPT(write("completed-${index}.txt", "${index}\\n"), say("Completed."))`,
      repositories: [repository],
      attachments: await attach(index),
    });
    const end = endings(await world.ended(id)).at(-1);
    assert.equal(end?.eventType, "turn.completed", JSON.stringify(end?.eventData));
    await client.artifacts.create({
      sessionId: id,
      title: `Report ${index}`,
      output: { type: "markdown", content: `# Report ${index}\n` },
    });
  });
  await inParallel(Array.from({ length: total - completedCount }), async (_, index) => {
    await client.session.create({
      prompt: `Describe the part ${index} of the application.`,
      repositories: [repository],
      queueRightAway: false,
    });
  });
  return attachments;
}

/** Starts a session whose sandbox stays warm, and three sessions whose turns wait for the model. */
export async function seedActive(world: World, repository: string): Promise<ActiveSessions> {
  const { client } = world;
  const kept = await client.session.create({
    prompt:
      'Begin. SCRIPT(bash("echo beside > ../beside; echo home > ~/home"), write("kept-1.txt", "1\\n"), say("The first part is done."))',
    repositories: [repository],
  });
  await world.until(kept.id, ({ eventType }) => eventType === "sandbox.kept");
  const holds = holdRunning(world);
  const running = await Promise.all(
    runningPrompts.map(async (start, index) => {
      const files = [1, 2].map((part) => `write("running-${index}-${part}.txt", "${part}\\n")`);
      const prompt = `${start}. SCRIPT(${files.join(", ")}, say("Both parts are done."))`;
      return (await client.session.create({ prompt, repositories: [repository] })).id;
    }),
  );
  await haveArrived(holds);
  return { running, kept: kept.id };
}

/** Holds the next request of each running session that follows its first file. */
export const holdRunning = (world: World): readonly Hold[] =>
  runningPrompts.map((start) =>
    world.model.hold(
      ({ isBackground, replyIndex, userTexts }) =>
        !isBackground && replyIndex > 0 && userTexts.some((text) => text.includes(`${start}. SCRIPT`)),
    ),
  );

export const haveArrived = (holds: readonly Hold[]) => Promise.all(holds.map(({ arrived }) => arrived));

const bytesOf = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
