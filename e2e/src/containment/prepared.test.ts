import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { inside } from "../../../server/src/sandbox/inside/places.ts";
import { sandboxProcesses, startWorld, type World } from "../support/index.ts";
import { eventually, outcomeText, preparedText, prepareSession, untilLogged } from "../support/prepared.ts";

let world: World;

before(async () => {
  world = await startWorld();
  const { id } = await world.client.session.create({ prompt: 'Begin. SCRIPT(say("Ready."))' });
  await world.ended(id);
});
after(() => world.close());

const { ports } = inside;
/** Shell command that uses the model, the network, git and a session tool, and appends the statuses of the responses to a file. */
const attack = (file: string) => {
  const status = (name: string, args: string) =>
    `echo ${name} $(curl -s -o /dev/null -m 5 -w %{http_code} ${args}) >> $HOME/${file}`;
  return [
    status("model", `http://127.0.0.1:${ports.model}/v1/models`),
    status("network", `-x http://127.0.0.1:${ports.egress} http://example.com/`),
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

/** Settings with which Claude Code runs the command when it opens a conversation. */
const withHook = (command: string) =>
  JSON.stringify({ hooks: { SessionStart: [{ hooks: [{ type: "command", command }] }] } });

test("a program that starts with a prepared harness can use neither the model, the network, git nor a session tool", async () => {
  const { id: repositoryId } = await world.repository("attacked/app", { "a.txt": "1\n" });
  const options = { agent: "claudeCode", codeRepoIds: [repositoryId] };
  const settings = Buffer.from(withHook(attack("before"))).toString("base64");
  const place = `mkdir -p ~/.claude; echo ${settings} | base64 -d > ~/.claude/settings.json`;
  const { id } = await world.client.session.create({
    ...options,
    prompt: `Go. SCRIPT(bash(${JSON.stringify(place)}), say("Placed."))`,
  });
  await world.ended(id);
  await world.client.session.prepareReply(id);
  await untilLogged(world, id, preparedText);
  const { model, network, git, tool, list } = await statusesIn(id, "before");
  assert.deepEqual({ model, network, git, list }, { model: "000", network: "000", git: "000", list: "200" });
  assert.match(tool!, /^4/);

  await world.client.session.messages.create(id, {
    content: `Go. SCRIPT(bash(${JSON.stringify(attack("during"))}), say("Done."))`,
  });
  const events = await world.ended(id, 2);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  await untilLogged(world, id, outcomeText("used"));
  const during = await statusesIn(id, "during");
  assert.ok(during.model !== "000" && during.network !== "000", "control: the endpoints respond in the turn");
  assert.deepEqual([during.git, during.tool], ["200", "200"]);
});

test("no program that a repository's configuration names runs before the prompt", async () => {
  const server = { command: "sh", args: ["-c", "touch ~/server-ran"] };
  const { id: repositoryId } = await world.repository("configured/app", {
    ".claude/settings.json": withHook("touch ~/hook-ran"),
    ".mcp.json": JSON.stringify({ mcpServers: { attacker: server } }),
  });
  const options = { agent: "claudeCode", codeRepoIds: [repositoryId] };
  const preparedId = await prepareSession(world, options);
  assert.deepEqual(await sandboxProcesses(world.uidBase), []);
  const ranIn = async () =>
    (await readdir(join(world.dataDir, "sessions", preparedId, "home"))).filter((name) =>
      name.endsWith("-ran"),
    );
  assert.deepEqual(await ranIn(), []);

  await world.client.session.create({ ...options, preparedId, prompt: 'Go. SCRIPT(say("Done."))' });
  await world.ended(preparedId);
  await untilLogged(world, preparedId, outcomeText("used"));
  assert.ok((await ranIn()).includes("hook-ran"), "control: the harness runs the hook in the turn");
});
