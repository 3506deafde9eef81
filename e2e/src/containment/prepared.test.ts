import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { inside } from "../../../server/src/sandbox/inside/places.ts";
import { sandboxProcesses, startWorld, type World } from "../support/index.ts";
import { eventually, outcomeText, preparedText, prepareSession, untilLogged } from "../support/prepared.ts";
import { onPlace } from "./support/probe.ts";

interface Place {
  readonly world: World;
  /** Statuses of the requests that a prepared harness made before the prompt, and during the turn. */
  readonly before: string;
  readonly during: string;
  /** Programs of a repository's configuration that ran before the prompt, and by the end of the turn. */
  readonly ranBefore: string;
  readonly ranDuring: string;
}

const act = onPlace<Place>(
  async () => {
    const world = await startWorld();
    const { id } = await world.client.session.create({ prompt: 'Begin. SCRIPT(say("Ready."))' });
    await world.ended(id);
    return { world, ...(await attackEndpoints(world)), ...(await configurePrograms(world)) };
  },
  ({ world }) => world.close(),
);

const { ports } = inside;
/** Shell command that uses the model, the network, git and a session tool, and appends the statuses to a file. */
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

/** Returns the statuses, once the attack has ended. */
async function statusesIn(world: World, id: string, file: string): Promise<string> {
  const path = join(world.dataDir, "sessions", id, "home", file);
  const read = () => readFile(path, "utf8").catch(() => "");
  await eventually(async () => (await read()).includes("done"), `${file} is complete`);
  return read();
}

/** Settings with which Claude Code runs the command when it opens a conversation. */
const withHook = (command: string) =>
  JSON.stringify({ hooks: { SessionStart: [{ hooks: [{ type: "command", command }] }] } });

async function attackEndpoints(world: World): Promise<Pick<Place, "before" | "during">> {
  const { id: repositoryId } = await world.repository("attacked/app", { "a.txt": "1\n" });
  const settings = Buffer.from(withHook(attack("before"))).toString("base64");
  const place = `mkdir -p ~/.claude; echo ${settings} | base64 -d > ~/.claude/settings.json`;
  const { id } = await world.client.session.create({
    agent: "claudeCode",
    codeRepoIds: [repositoryId],
    prompt: `Go. SCRIPT(bash(${JSON.stringify(place)}), say("Placed."))`,
  });
  await world.ended(id);
  await world.client.session.prepareReply(id);
  await untilLogged(world, id, preparedText);
  const before = await statusesIn(world, id, "before");
  await world.client.session.messages.create(id, {
    content: `Go. SCRIPT(bash(${JSON.stringify(attack("during"))}), say("Done."))`,
  });
  await world.ended(id, 2);
  await untilLogged(world, id, outcomeText("used"));
  return { before, during: await statusesIn(world, id, "during") };
}

for (const [what, contained, escaped] of [
  ["the model", /^model 000$/m, /^model (?!000)\d+$/m],
  ["the network", /^network 000$/m, /^network (?!000)\d+$/m],
  ["git", /^git 000$/m, /^git 200$/m],
  ["a session tool", /^tool 4\d\d\nlist 200$/m, /^tool 200$/m],
] as const)
  act(`a program that starts with a prepared harness cannot use ${what}`, {
    attempt: async ({ before }) => before,
    contained,
    escaped,
    // The harness runs the same program in the turn.
    control: async ({ during }) => during,
  });

async function configurePrograms(world: World): Promise<Pick<Place, "ranBefore" | "ranDuring">> {
  const server = { command: "sh", args: ["-c", "touch ~/server-ran"] };
  const { id: repositoryId } = await world.repository("configured/app", {
    ".claude/settings.json": withHook("touch ~/hook-ran"),
    ".mcp.json": JSON.stringify({ mcpServers: { attacker: server } }),
  });
  const options = { agent: "claudeCode", codeRepoIds: [repositoryId] };
  const preparedId = await prepareSession(world, options);
  const home = join(world.dataDir, "sessions", preparedId, "home");
  const ran = async () => (await readdir(home)).filter((name) => name.endsWith("-ran")).join(" ");
  const processes = await sandboxProcesses(world.uidBase);
  const ranBefore = `${processes.length} processes, ran ${await ran()}`;
  await world.client.session.create({ ...options, preparedId, prompt: 'Go. SCRIPT(say("Done."))' });
  await world.ended(preparedId);
  await untilLogged(world, preparedId, outcomeText("used"));
  return { ranBefore, ranDuring: `ran ${await ran()}` };
}

act("no program that a repository's configuration names runs before the prompt", {
  attempt: async ({ ranBefore }) => ranBefore,
  contained: /^0 processes, ran $/,
  escaped: /hook-ran/,
  control: async ({ ranDuring }) => ranDuring,
});
