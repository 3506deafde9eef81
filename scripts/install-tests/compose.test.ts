import assert from "node:assert/strict";
import { once } from "node:events";
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, type TestContext, test } from "node:test";
import { type Conversation, converse } from "../../e2e/src/containment/support/conversation.ts";
import { openStorage, type Storage } from "../../images/testing/storage.ts";
import type { Step } from "./compose/client.ts";
import { buildImages, images } from "./compose/images.ts";
import { type ComposeMachine, createComposeMachine, neededPackages } from "./compose/machine.ts";
import { timed } from "./timed.ts";

const missing = Object.entries(neededPackages).flatMap(([name, file]) => (existsSync(file) ? [] : [name]));
const skip =
  (process.getuid!() !== 0 && "needs root") ||
  (missing.length > 0 && `needs packages of Debian: apt-get install ${missing.join(" ")}`);
const slow = { timeout: 600_000 };
/** With a network, each run downloads the bases. */
const verySlow = { timeout: 1_200_000 };
const services = ["postgres", "server", "worker-1", "worker-2"];
const volumes = ["blobs", "keys", "postgres", "server", "worker-1", "worker-2"];
const modelPort = 8_099;

/** Part of the state of a container, as podman prints it. */
interface State {
  readonly Status: string;
  readonly ExitCode: number;
  readonly StartedAt: string;
  readonly Health?: {
    readonly Status: string;
    readonly Log: readonly { readonly End: string; readonly ExitCode: number }[];
  };
}

describe("Docker Compose on podman", { skip }, () => {
  let storage: Storage;
  let machine: ComposeMachine;
  let client: Conversation;

  before(() => {
    storage = openStorage();
  });
  after(async () => {
    await machine?.close();
    storage?.remove();
  }, slow);

  const compose = (...args: readonly string[]) => machine.run("docker-compose", ...args);

  /** Returns the state of the container of each service. */
  async function readStates(): Promise<State[]> {
    const names = services.map((service) => `tembo-${service}-1`);
    const all: { readonly State: State }[] = JSON.parse(await machine.run("podman", "inspect", ...names));
    return all.map(({ State }) => State);
  }

  async function readVolumes(): Promise<string[]> {
    const names = (await machine.run("podman", "volume", "ls", "--quiet")).split("\n").filter(Boolean);
    return names.map((name) => name.replace(/^tembo_/, "")).sort();
  }

  const run = (context: TestContext, what: string, step: Step) =>
    timed(context, what, () => client.ask(step));

  test("builds the images", verySlow, async (context) => {
    await timed(context, "images", async () => buildImages(storage));
    machine = await createComposeMachine(storage);
    await prepareFolder(machine);
  });

  test("podman rejects the seccomp profile without podman.yaml", async () => {
    const doctor = ["run", "--rm", "--no-deps", "worker-1", "doctor"];
    await assert.rejects(compose("--file=compose.yaml", ...doctor), /opening seccomp profile failed/);
  });

  test("starts the server after the database, and the workers after the server", slow, async (context) => {
    const states = await timed(context, "first start of all services", async () => {
      const up = machine.start("sh", "-c", "exec docker-compose up --detach 2>&1");
      const ended = once(up, "close");
      for await (const line of createInterface({ input: up.stdout! })) {
        if (!/postgres-1 +Waiting/.test(line)) continue;
        const early = (await readStates()).map(({ Status }) => Status);
        assert.deepEqual(early, ["running", "created", "created", "created"]);
        startHealthChecks(machine);
      }
      assert.deepEqual(await ended, [0, null]);
      return readStates();
    });
    assertRunning(states);
    const [postgres, server, ...workers] = states;
    assert.ok(startedAfter(server!, postgres!));
    for (const worker of workers) assert.ok(startedAfter(worker, server!));
    assert.ok(!startedAfter(postgres!, server!), "control");
    const [, apiKey] = /api-key (\S+)/.exec(await compose("logs", "server"))!;
    const program = [process.execPath, join(import.meta.dirname, "compose/client.ts")];
    client = await converse(machine.start(...program, apiKey!, String(modelPort)));
  });

  test("a sandbox starts in the container of a worker, but not with a masked /proc", async () => {
    assert.match(await compose("exec", "-T", "worker-1", "tembo", "doctor"), /^ok +bubblewrap/m);
    const masked = { services: { "worker-1": { security_opt: "MASKED" } } };
    const text = JSON.stringify(masked).replace('"MASKED"', "!override [apparmor=unconfined]");
    writeFileSync(join(machine.folder, "masked.yaml"), text);
    const files = ["compose.yaml", "podman.yaml", "masked.yaml"].map((name) => `--file=${name}`);
    const doctor = ["run", "--rm", "--no-deps", "worker-1", "doctor"];
    await assert.rejects(compose(...files, ...doctor), /^FAIL bubblewrap: .*Can't mount proc/m, "control");
  });

  test("runs a session on a worker, to a merged pull request", slow, async (context) => {
    await compose("stop", "worker-1", "worker-2");
    const id = await run(context, "session without a worker", "start");
    await compose("start", "worker-1", "worker-2");
    await run(context, "session to a merged pull request", "merge");
    const hasFiles = async (service: string) => {
      const list = ["sh", "-c", "ls /var/lib/tembo/sessions || true"];
      return (await compose("exec", "-T", service, ...list)).split("\n").includes(String(id));
    };
    const [server, first, second] = await Promise.all(services.slice(1).map(hasFiles));
    assert.deepEqual([server, first !== second], [false, true], "one worker has the files of the session");
  });

  test("stops all services in their time", slow, async (context) => {
    await timed(context, "stop of all services", () => compose("stop"));
    const exitCodes = async () => (await readStates()).map(({ ExitCode }) => ExitCode);
    assert.deepEqual(await exitCodes(), [0, 0, 0, 0]);
    await compose("start", "postgres");
    await compose("kill", "postgres");
    assert.deepEqual(await exitCodes(), [137, 0, 0, 0], "control: a service that was killed");
  });

  test("keeps the data of removed containers, unless their volumes are removed", slow, async (context) => {
    await compose("down");
    assert.equal(await machine.run("podman", "ps", "--all", "--quiet"), "");
    assert.deepEqual(await readVolumes(), volumes);
    await timed(context, "another start of all services", () => compose("up", "--detach"));
    assertRunning(await readStates());
    await run(context, "next turn of the session", "continue");
    await client.close();
    await compose("down", "--volumes");
    assert.deepEqual(await readVolumes(), [], "control");
  });

  test("closing the machine ends the processes of running containers", slow, async () => {
    await compose("up", "--detach", "postgres");
    const folder = storage.path("");
    const readLeftovers = () => readdirSync("/proc").filter((name) => commandLine(name).includes(folder));
    assert.notDeepEqual(readLeftovers(), [], "control");
    await machine.close();
    assert.deepEqual(readLeftovers(), []);
  });
});

/** Follows the guide up to the start, with settings for this machine. */
async function prepareFolder({ folder, run }: ComposeMachine): Promise<void> {
  const guide = readFileSync(join(import.meta.dirname, "../../docs/guides/containers.md"), "utf8");
  const [, commands] = /```sh\ncd deploy\/compose\n([^`]*?)docker compose up --detach\n/.exec(guide)!;
  await run("env", "ANTHROPIC_API_KEY=x", "sh", "-euc", commands!);
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const names = `IMAGE=${images.tembo}\nPOSTGRES_IMAGE=${images.postgres}\n`;
  write(".env", `${names}COMPOSE_FILE=compose.yaml:podman.yaml:harness.yaml\n`);
  // The model is a program on the machine, whose address in the network of the containers is private.
  const host = "host.containers.internal";
  await run("sed", "-i", `s/^TEMBO_PRIVATE_HOSTS=.*/&,${host}/`, "tembo.env");
  appendFileSync(join(folder, "tembo.env"), `ANTHROPIC_BASE_URL=http://${host}:${modelPort}\n`);
  // The machine has no network from which a worker could download the harness.
  const worker = {
    volumes: [`${process.env.TEMBO_TEST_HARNESS_DIR}:/harnesses:ro`],
    environment: { TEMBO_HARNESS_SEED_DIR: "/harnesses" },
  };
  write("harness.yaml", JSON.stringify({ services: { "worker-1": worker, "worker-2": worker } }));
}

/** Runs health checks regularly. podman would need the timers of systemd for this, which the machine does not have. */
function startHealthChecks(machine: ComposeMachine): void {
  const script =
    "while sleep 1; do for id in $(podman ps --quiet); do podman healthcheck run $id; done; done";
  machine.start("sh", "-c", `(${script}) >/dev/null 2>&1`);
}

/** The health of a worker only shows that it runs, and no service waits for it. */
function assertRunning([postgres, server, ...workers]: readonly State[]): void {
  assert.deepEqual([postgres?.Health?.Status, server?.Health?.Status], ["healthy", "healthy"]);
  assert.deepEqual(
    workers.map(({ Status }) => Status),
    ["running", "running"],
  );
}

/** Returns true if the container started after the first successful health check of another one. */
function startedAfter(container: State, { Health }: State): boolean {
  const { End } = Health!.Log.find(({ ExitCode }) => ExitCode === 0)!;
  return Date.parse(container.StartedAt) > Date.parse(End);
}

/** Returns the command line of a process, or an empty string if there is no process of this ID. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
