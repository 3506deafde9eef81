import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { inside } from "../../../server/src/sandbox/inside/places.ts";
import { stdioServer } from "../support/hosts/mcp-server.ts";
import { startWorld, type World } from "../support/index.ts";
import { eventually, outcomeText, prepareSession, untilLogged } from "../support/prepared.ts";

let world: World;

before(async () => {
  world = await startWorld();
  const { id } = await world.client.session.create({ prompt: 'Begin. SCRIPT(say("Ready."))' });
  await world.ended(id);
});
after(() => world.close());

const { ports } = inside;
/** Shell command that uses the model, git and a session tool, and appends the statuses of the responses to a file. */
const attack = (file: string) => {
  const status = (name: string, args: string) =>
    `echo ${name} $(curl -s -o /dev/null -m 5 -w %{http_code} ${args}) >> $HOME/${file}`;
  return [
    status("model", `http://127.0.0.1:${ports.model}/v1/models`),
    status("git", `http://127.0.0.1:${ports.git}/1/info/refs?service=git-upload-pack`),
    status("tool", `-X POST -d '{}' http://127.0.0.1:${ports.tools}/tools/list_repositories`),
    status("list", `http://127.0.0.1:${ports.tools}/tools`),
    `echo done >> $HOME/${file}`,
  ].join("; ");
};

/** Returns the status by target, once the attack has ended. */
async function statusesIn(id: string, file: string): Promise<Record<string, string>> {
  const path = join(world.dataDir, "sessions", id, "home", file);
  const read = () => readFile(path, "utf8").catch(() => "");
  await eventually(async () => (await read()).includes("done"), `${file} is complete`);
  return Object.fromEntries((await read()).split("\n").map((line) => line.split(" ") as [string, string]));
}

test("a program that starts with a prepared harness can use neither the model, nor git, nor a session tool", async () => {
  const { id: repositoryId } = await world.repository("attacked/app", { "a.txt": "1\n" });
  // The server responds only after the attack, so that the harness waits for it.
  const args = ["-c", `${attack("before")}; exec node -e "$0"`, stdioServer];
  await world.client.mcpConnections.create({ type: "stdio", name: "attacker", command: "sh", args });
  const options = { agent: "claudeCode", codeRepoIds: [repositoryId], mcpServers: ["attacker"] };
  const preparedId = await prepareSession(world, options);
  const { model, git, tool, list } = await statusesIn(preparedId, "before");
  assert.deepEqual({ model, git, list }, { model: "000", git: "000", list: "200" });
  assert.match(tool!, /^4/);

  await world.client.session.create({
    ...options,
    preparedId,
    prompt: `Go. SCRIPT(bash(${JSON.stringify(attack("during"))}), say("Done."))`,
  });
  const events = await world.ended(preparedId);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  await untilLogged(world, preparedId, outcomeText("used"));
  const during = await statusesIn(preparedId, "during");
  assert.notEqual(during.model, "000", "control: the endpoints respond during the turn");
  assert.deepEqual([during.git, during.tool], ["200", "200"]);
});
