import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { exitCodes } from "../../../../cli/src/exit-codes.ts";
import { startWorld, type World } from "../../support/index.ts";
import { runTembo, startTemboOnTerminal } from "../../support/programs/run-tembo.ts";
import { Screen } from "../../support/programs/screen.ts";

let world: World;
before(async () => {
  world = await startWorld({ env: { TEMBO_KEEP_ALIVE_MINUTES: "10" } });
});
after(() => world.close());

test("opens a shell on a terminal, passes on its size, and exits with the shell's exit code", {
  timeout: 120_000,
}, async () => {
  const repository = await world.repository("shell/app", { "a.txt": "1\n" });
  const { id } = await world.client.session.create({
    prompt: 'Begin. SCRIPT(write("shell.txt", "1\\n"), say("First."))',
    repositories: [repository.url],
  });
  await world.until(id, ({ eventType }) => eventType === "sandbox.kept");
  const child = startTemboOnTerminal(world, ["session", "terminal", id], { rows: 31, columns: 101 });
  const screen = new Screen(child.stdout);
  await screen.until(/Ctrl-\] closes the terminal/);
  child.stdin.write("stty size; cat shell.txt\r");
  // Node.js keeps the output processing of the outer terminal, which adds another carriage return.
  await screen.until(/31 101\r+\n1\r+\n/);
  child.stdin.write("exit 7\r");
  const [code] = await once(child, "close");
  assert.equal(code, 7, screen.text);

  const other = startTemboOnTerminal(world, ["session", "terminal", id], { rows: 24, columns: 80 });
  const otherScreen = new Screen(other.stdout);
  await otherScreen.until(/Ctrl-\] closes the terminal/);
  other.stdin.write("\x1d");
  const [closed] = await once(other, "close");
  assert.equal(closed, 0, otherScreen.text);
  assert.match(otherScreen.text, /Closed the terminal\./);
  await world.client.session.keepAlive(id, 0);
  const piped = await runTembo(world, ["session", "terminal", id]);
  assert.equal(piped.code, exitCodes.usage.code);
});
