import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertOccurOnce, startWorld, type World } from "../../support/index.ts";

/** Maximum number of git commands that the host may start for a turn with one repository and one changed file. */
const maxStarts = 18;

let world: World;

before(async () => {
  const printer = import.meta.resolve("../../support/programs/print-git-starts.ts");
  world = await startWorld({ env: { NODE_OPTIONS: `--import=${printer}` } });
});
after(async () => {
  await world.close();
});

const startsSoFar = () =>
  world.tembo
    .log()
    .split("\n")
    .filter((line) => line.startsWith("git-start "))
    .map((line) => (JSON.parse(line.slice("git-start ".length)) as string[]).join(" ").split("\n")[0]!);

/** Throws an AssertionError with the list if there are too many starts. */
function requireFew(starts: readonly string[]): void {
  assert.ok(starts.length <= maxStarts, `${starts.length} starts:\n${starts.join("\n")}`);
}

test("starts few git processes for a turn that changes a file and opens a pull request", async (t) => {
  const repository = await world.repository("few/app", { "README.md": "# App\n", "docs/a.md": "A\n" });
  const work = async (name: string) => {
    const before = startsSoFar().length;
    const session = await world.client.session.create({
      prompt: `Add a file. SCRIPT(write("${name}.txt", "hello\\n"), say("Added."))`,
      repositories: [repository.url],
    });
    assertOccurOnce(await world.ended(session.id), "pullRequest.opened", "turn.completed");
    return startsSoFar().slice(before);
  };
  // The first session creates the mirror.
  await work("one");
  const starts = (await work("two")).filter((command) => !command.startsWith("find "));
  t.diagnostic(`${starts.length} git commands`);
  assert.ok(starts.some((command) => command.startsWith("git push")));
  requireFew(starts);
  const more = Array.from({ length: maxStarts + 1 - starts.length }, () => "git status");
  assert.throws(() => requireFew([...starts, ...more]), assert.AssertionError, "control");
});
