import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { makeWorld, type World } from "../git-fixture.ts";

/**
 * Creates a world with a checkout and a folder for marker files. In the controls, planted programs run as the sandbox's user and write
 * their markers to this folder.
 */
export async function startHostile(t: TestContext) {
  const world = makeWorld(t);
  const marks = join(world.root, "marks");
  mkdirSync(marks);
  chmodSync(marks, 0o777);
  await world.fetch();
  await world.checkOut();
  return { ...world, marks, ran: () => readdirSync(marks) };
}

export type HostileWorld = Awaited<ReturnType<typeof startHostile>>;

/** Runs host git's operations of one turn: capture, diff, push and the next fetch. Returns the captured commit. */
export async function wholeTurn(world: HostileWorld): Promise<string> {
  const { headSha } = await world.capture();
  const signal = new AbortController().signal;
  await world.git.diff({ site: world.site, from: null, to: headSha!, maxPatchBytes: 10_000 }, signal);
  await world.push(headSha!);
  await world.fetch();
  return headSha!;
}

export const files = (world: Pick<World, "at" | "site">, sha: string) =>
  world.at(world.site.capturePath, "ls-tree", "-r", "--name-only", sha).split("\n");
