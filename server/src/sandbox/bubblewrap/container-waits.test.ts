import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Sandbox } from "../../core/turns/index.ts";
import { afterwards } from "../testing/afterwards.ts";
import { makeProvider } from "../testing/make-provider.ts";
import { makeDataDir, run, shell, specOf } from "../testing/run-in-sandbox.ts";
import { openTestSystem, systemOf } from "../testing/test-system.ts";

const asRoot = { skip: process.getuid!() !== 0 && "needs root" };
const { layers } = await openTestSystem();
const system = { ...(await systemOf("root")), allowsContainers: true };

/** Stub of podman. A container is a folder with its state, the settings of its health check, and the check itself. */
const podman = `#!/bin/sh
for name; do :; done
cd "/tmp/containers/$name" 2>/dev/null
case $* in
  *Healthcheck*) cat check ;;
  *State.Status*) cat state ;;
  'healthcheck run'*) . ./health ;;
  stop*) exec sleep 1000 ;;
  *) echo "podman $*" ;;
esac`;

/** State, health check and program of the check of each container. The settings are milliseconds and retries. */
const containers = {
  healthy: ["running 0 no", "0 30000 30000 3 [CMD true]", "true"],
  late: ["running 0 no", "0 30000 30000 3 [CMD true]", "[ -e checked ] || { touch checked; exit 1; }"],
  sick: ["running 0 no", "0 1 1000 2 [CMD false]", "exit 1"],
  hanging: ["running 0 no", "0 1 1 1 [CMD sleep 1000]", "exec /usr/bin/sleep 1000"],
  restarting: ["exited 3 always", "0 1 1000 1 [CMD true]", "true"],
  ended: ["exited 3 no", "0 30000 30000 3 [CMD true]", "true"],
  stopped: ["stopped 4 ", "0 30000 30000 3 [CMD true]", "true"],
  waiting: ["created 0 no", "0 30000 30000 3 [CMD true]", "true"],
  plain: ["running 0 no", "", "true"],
  off: ["running 0 no", "0 0 0 0 [NONE]", "true"],
} as const;

test("waits for the health of containers as long as Docker", asRoot, async (t) => {
  const sandbox = await setUp(t);
  const wait = (name: string) =>
    shell(sandbox, 'PATH="/tmp/fast:$PATH"; docker wait --condition=healthy "$1"', name);
  for (const [name, expected] of Object.entries({
    sick: /^podman: Waiting until the container sick is healthy, for 1 seconds and at least 2 checks\.\n.* not healthy after 1 seconds and \d+ checks\. To show/,
    hanging: /not healthy after 1 seconds and \d checks/,
    restarting: /not healthy after 1 seconds/,
    ended: /^podman: The container ended ended with exit code 3\.\n$/,
    stopped: /^podman: The container stopped ended with exit code 4\.\n$/,
    waiting: /^podman: Waiting until the container waiting starts\.\n.*did not start within 30 minutes\.\n$/,
    plain: /no health check to wait for/,
    off: /no health check to wait for/,
    missing: /podman cannot inspect the container missing\.\n$/,
  })) {
    const { code, stderr } = await wait(name);
    assert.equal(code, 125, name);
    assert.match(stderr, expected);
  }
  assert.deepEqual(await wait("healthy"), { code: 0, signal: null, stdout: "", stderr: "" });
  const { code, stderr } = await wait("late");
  assert.deepEqual(
    [code, stderr.match(/^podman: Waiting.* 90 seconds and at least 3 checks\.\n$/)?.length],
    [0, 1],
    stderr,
  );
});

/** Program that repeats a command until it succeeds, and hides its output. */
const repeat = `import subprocess, sys
for _ in range(3):
    if subprocess.run(["podman", "wait", *sys.argv[1:]], capture_output=True).returncode == 0: break
print("survives")`;

test("ends podman-compose if it would wait forever, and no other program", asRoot, async (t) => {
  const sandbox = await setUp(t);
  await shell(
    sandbox,
    'for name in podman-compose podman_compose.py podman-compose.py; do echo "$1" > $name; done',
    repeat,
  );
  const condition = "--condition=healthy";
  for (const argv of [
    ["python3", "podman-compose"],
    ["python3", "-I", "/workspace/podman-compose"],
    ["python3", "-m", "podman_compose"],
  ] as const) {
    // Another process cannot open the error output of this one if it is a socket.
    const { stdout, stderr } = await shell(sandbox, '"$@" 2>&1 | cat', ...argv, condition, "ended");
    assert.equal(stdout, "podman: The container ended ended with exit code 3.\n", stderr);
  }
  for (const argv of [
    ["python3", "podman-compose.py", condition, "ended"],
    ["python3", "-c", repeat, condition, "ended", "podman-compose"],
    ["sh", "-c", "podman wait --condition=healthy ended; echo survives", "podman-compose"],
  ] as const)
    assert.equal((await run(sandbox, [...argv])).stdout, "survives\n", argv.join(" "));
});

test("does not wait for the start of a service that has ended", asRoot, async (t) => {
  const sandbox = await setUp(t);
  const wait = 'import subprocess; subprocess.run(["podman", "wait", "--condition=running", "ended"])';
  const inCompose = await shell(sandbox, 'echo "$1" > podman-compose; python3 podman-compose', wait);
  assert.equal(inCompose.stdout, "", inCompose.stderr);
  const direct = await run(sandbox, ["python3", "-c", wait]);
  assert.equal(direct.stdout, "podman wait --condition=running ended\n", "control");
});

test("reports a container that does not stop, and continues", asRoot, async (t) => {
  const sandbox = await setUp(t);
  const script = `folder=/run/containers/storage/overlay-containers/left/userdata
    mkdir -p $folder; echo 0 > $folder/conmon.pid
    printf '#!/bin/sh\\nexit 124' > /tmp/fast/timeout; chmod 755 /tmp/fast/timeout
    PATH="/tmp/fast:$PATH"; docker ps; docker ps`;
  const { stdout, stderr } = await shell(sandbox, script);
  assert.equal(stdout, "podman ps\npodman ps\n");
  assert.equal(stderr, "podman: The container left did not stop within 30 seconds.\n");
});

/** Returns a sandbox with the stub of podman, its containers, and a `sleep` in /tmp/fast that takes no time. */
async function setUp(t: TestContext): Promise<Sandbox> {
  const provider = await makeProvider("bubblewrap", await makeDataDir(t), { layers });
  const sandbox = await provider.create({ ...specOf(), system });
  afterwards(t, () => sandbox.stop());
  const script = `mkdir -p /opt/image/bin /tmp/fast
    printf '%s' "$1" > /opt/image/bin/podman; printf '#!/bin/sh\\n' > /tmp/fast/sleep
    chmod 755 /opt/image/bin/podman /tmp/fast/sleep; shift
    while [ $# -gt 0 ]; do
      mkdir -p "/tmp/containers/$1"; cd "/tmp/containers/$1"
      printf '%s' "$2" > state; printf '%s' "$3" > check; printf '%s' "$4" > health; shift 4
    done`;
  const words = Object.entries(containers).flatMap(([name, values]) => [name, ...values]);
  assert.equal((await shell(sandbox, script, podman, ...words)).code, 0);
  return sandbox;
}
