import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { inside } from "../../../server/src/sandbox/inside/places.ts";
import { sandboxProcesses, startWorld, type World } from "../support/index.ts";
import { eventually } from "../support/prepared.ts";
import { resultsOf } from "../support/tool-results.ts";
import { onPlace } from "./support/probe.ts";

interface Place {
  readonly world: World;
  /** Statuses of the requests in the sandbox of a waiting harness, and in that of a turn. */
  readonly waiting: string;
  readonly during: string;
}

const { ports } = inside;
const status = (name: string, args: string) =>
  `echo ${name} $(curl -s -o /dev/null -m 5 -w %{http_code} ${args});`;
const attack = [
  status("model", `http://127.0.0.1:${ports.model}/v1/models`),
  status("network", `-x http://127.0.0.1:${ports.egress} http://example.com/`),
  status("git", `http://127.0.0.1:${ports.git}/1/info/refs?service=git-upload-pack`),
  status("tool", `http://127.0.0.1:${ports.tools}/tools`),
].join(" ");

const act = onPlace<Place>(
  async () => {
    const world = await startWorld({ env: { TEMBO_WAITING_HARNESSES: "1" } });
    const repository = await world.repository("waiting/app", { "a.txt": "1\n" });
    const { id } = await world.client.session.create({
      prompt: `Go. SCRIPT(bash(${JSON.stringify(attack)}), say("Done."))`,
      repositories: [repository.url],
    });
    const during = resultsOf(await world.ended(id))
      .join("\n")
      .replaceAll("\\n", "\n");
    await eventually(
      () => world.tembo.log().includes("a harness waits for a session"),
      "a harness waits for a session",
    );
    return { world, during, waiting: await runInWaiting(world) };
  },
  ({ world }) => world.close(),
);

/** Runs the attack in the namespaces of the waiting harness, because no test can give the harness a program. */
async function runInWaiting(world: World): Promise<string> {
  // bubblewrap's own process remains outside.
  const line = (await sandboxProcesses(world.uidBase)).find((name) => !name.startsWith("bwrap"));
  const pid = /pid (\d+)/.exec(line ?? "")?.[1] ?? "none";
  const namespaces = ["--target", pid, "--mount", "--net"];
  const { stdout } = await promisify(execFile)("nsenter", [...namespaces, "/bin/sh", "-c", attack]);
  return stdout;
}

for (const [what, contained, escaped] of [
  ["the model", /^model 000$/m, /^"?model (?!000)\d+$/m],
  ["the network", /^network 000$/m, /^network (?!000)\d+$/m],
  ["git", /^git 000$/m, /^git 200$/m],
  ["a session tool", /^tool 000$/m, /^tool 200"?$/m],
] as const)
  act(`a waiting harness cannot use ${what}`, {
    attempt: async ({ waiting }) => waiting,
    contained,
    escaped,
    // The harness of a turn runs the same program.
    control: async ({ during }) => during,
  });
