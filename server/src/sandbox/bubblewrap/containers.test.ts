import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import type { SandboxSpec, SandboxSystem } from "../../core/turns/index.ts";
import { architectures } from "../seccomp/system-calls.ts";
import { afterwards } from "../testing/afterwards.ts";
import { makeProvider } from "../testing/make-provider.ts";
import { packImage } from "../testing/pack-image.ts";
import { composeFile, makeBaseImage, podmanParts, skipWithoutPodman } from "../testing/podman-parts.ts";
import {
  countProcesses,
  firstLine,
  foldersOf,
  makeDataDir,
  run,
  shell,
  specOf,
} from "../testing/run-in-sandbox.ts";
import { openTestSystem, systemOf } from "../testing/test-system.ts";
import type { BubblewrapOptions } from "./create-bubblewrap.ts";

const asRoot = { skip: process.getuid!() !== 0 && "needs root" };
const withPodman = { skip: skipWithoutPodman };
const { layers, add } = await openTestSystem();
const systemWithout = await systemOf("root");
const system: SandboxSystem = { ...systemWithout, allowsContainers: true };
const podman: SandboxSystem = skipWithoutPodman ? system : { ...system, layers: [await addPodman()] };
const { mount, unshare } = architectures[process.arch]!.examined;
const flag = { bind: 0x1000, remount: 0x20, private: 0x40000, move: 0x2000, magic: 0xc0ed0000 };

/** Python expression that is true if the call of mount succeeds. */
const mounting = (source: string, target: string, type: string, flags: number) =>
  `call(${mount}, ${source}, b"${target}", ${type}, ${flags}, None) == 0`;

/** Attacks that succeed without the system call filter. */
const attacks: readonly (readonly [name: string, expression: string])[] = [
  [
    "a new file system, with the number that old programs add",
    mounting('b"none"', "/tmp/at", 'b"tmpfs"', flag.magic),
  ],
  ["other options of a file system", mounting('b"none"', "/tmp", "None", flag.remount)],
  ["a move", mounting('b"/tmp/moved"', "/tmp/at", "None", flag.move)],
  ["a user namespace", `call(${unshare}, 0x10000000) == 0`],
  ["a network namespace", `call(${unshare}, 0x40000000) == 0`],
  ["a control group namespace", `call(${unshare}, 0x02000000) == 0`],
];

test("mounts file systems, but does not change them or create other namespaces", asRoot, async (t) => {
  const [{ sandbox }, { sandbox: open }] = [
    await setUp(t),
    await setUp(t, { options: { hasFilter: false } }),
  ];
  const attempt = async (where: typeof sandbox, expression: string) => {
    const text = `import ctypes, os
call = ctypes.CDLL(None, use_errno=True).syscall
for path in ("/tmp/at", "/tmp/moved"): os.makedirs(path, exist_ok=True)
call(${mount}, b"/tmp/moved", b"/tmp/moved", None, ${flag.bind}, None)
call(${mount}, None, b"/tmp/moved", None, ${flag.private}, None)
print("works" if ${expression} else ctypes.get_errno())`;
    return (await run(where, ["unshare", "--mount", "python3", "-c", text])).stdout.trim();
  };
  for (const [name, expression] of attacks) {
    assert.equal(await attempt(sandbox, expression), "1", name);
    assert.equal(await attempt(open, expression), "works", `control: ${name}`);
  }
  for (const [name, expression] of [
    ["a file system", mounting('b"none"', "/tmp/at", 'b"tmpfs"', 0)],
    ["a bind mount", mounting('b"/workspace"', "/tmp/at", "None", flag.bind)],
    ["namespaces of a container", `call(${unshare}, 0x2c020000) == 0`],
  ] as const)
    assert.equal(await attempt(sandbox, expression), "works", name);
});

test("has the capability to mount in addition to those of root", asRoot, async (t) => {
  const { sandbox } = await setUp(t);
  const { stdout } = await shell(sandbox, "cat /proc/self/status");
  assert.match(stdout, /^CapBnd:\s00000000802405fb$/m);
  assert.match(stdout, /^NoNewPrivs:\s1$/m);
});

/** Read-only mounts of the sandbox's own file systems, and the kernel's settings, which belong to root of the host. */
const unlocked = new Set(["/dev", "/sys", "/proc/sys"]);

test("cannot make the server's files and the workspace of plan mode writable", asRoot, async (t) => {
  const planning = { isWorkspaceReadOnly: true };
  const [{ sandbox }, { sandbox: open }] = [
    await setUp(t, planning),
    await setUp(t, { ...planning, options: { hasLockedMounts: false } }),
  ];
  const { stdout: mounts } = await shell(open, "cat /proc/mounts");
  const readOnly = [...mounts.matchAll(/^\S+ (\/\S+) \S+ ro,/gm)].map(([, path]) => path!);
  const given = readOnly.filter((path) => !unlocked.has(path));
  for (const path of ["/etc/hosts", "/run/tembo/init", "/run/tembo/containers", "/workspace"])
    assert.ok(given.includes(path), path);
  for (const path of given) {
    const script = 'LIBMOUNT_FORCE_MOUNT2=always mount -n -o remount,bind,rw "$1" && echo works';
    assert.equal((await shell(sandbox, script, path)).stdout, "", path);
    assert.equal((await shell(open, script, path)).stdout, "works\n", `control: ${path}`);
  }
});

test("runs, builds and stops containers, and keeps their images", withPodman, async (t) => {
  const { sandbox, provider, spec } = await setUp(t, { system: podman });
  const script = `${makeBaseImage}
    docker run --rm --volume /usr:/usr:ro localhost/base sh -c 'echo $$ $(id -u) "$HTTPS_PROXY"'
    printf 'FROM localhost/base\\nRUN echo built > /file; chown 27 /file\\n' > Dockerfile
    docker build --quiet --volume /usr:/usr:ro --tag own . >/dev/null
    docker run --detach --name kept --volume /usr:/usr:ro own sleep 1000 >/dev/null
    docker exec kept stat -c %u /file
    docker stop --time 0 kept`;
  const { stdout, stderr } = await shell(sandbox, script);
  assert.equal(stdout, "1 0 http://127.0.0.1:3128\n27\nkept\n", stderr);
  await sandbox.stop();
  const next = await provider.create(spec);
  afterwards(t, () => next.stop());
  const again = await shell(
    next,
    "docker run --rm --volume /usr:/usr:ro own cat /file; docker ps -aq | wc -l",
  );
  assert.equal(again.stdout, "built\n1\n", again.stderr);
});

test("ends containers with the program that started them, and starts them again", withPodman, async (t) => {
  const { sandbox } = await setUp(t, { system: podman });
  const name = randomUUID();
  const script = `${makeBaseImage}
    docker run --detach --name a --volume /usr:/usr:ro localhost/base tail -f /dev/null ${name} >/dev/null
    echo up; read -r line`;
  const program = sandbox.spawn(
    { argv: ["sh", "-c", script], cwd: "/", env: {} },
    AbortSignal.timeout(60_000),
  );
  assert.equal(await firstLine(program), "up");
  assert.equal(countProcesses(name), 2, "control: the container and conmon");
  program.stdin.end();
  await program.exited;
  assert.equal(countProcesses(name), 0);
  const { stdout, stderr } = await shell(
    sandbox,
    "docker ps --quiet; docker start a; docker ps --format '{{.Names}}'",
  );
  assert.equal(stdout, "a\na\n", stderr);
});

test("runs a Compose file, whose services find each other by name", withPodman, async (t) => {
  const { sandbox } = await setUp(t, { system: podman });
  const script = `${makeBaseImage}
    echo "$1" > compose.yml; echo 'FROM localhost/base' > Dockerfile
    docker compose up --detach >&2
    docker wait workspace_web_1; docker compose logs web
    grep -c -w -e web -e db /etc/hosts; docker-compose down --timeout 0 >&2`;
  const { stdout, stderr } = await shell(sandbox, script, composeFile);
  assert.match(stdout, /^0\n(?:web sees 200\n)+2\n$/, stderr);
});

test("does not wait forever for a container that cannot become healthy", withPodman, async (t) => {
  const { sandbox } = await setUp(t, { system: podman });
  const expected = "no health check to wait for. Add a health check";
  const script = `${makeBaseImage}
    docker run --detach --name plain --volume /usr:/usr:ro localhost/base sleep 1000 >/dev/null
    docker run --detach --name none --no-healthcheck --volume /usr:/usr:ro localhost/base sleep 1000 >/dev/null
    docker run --detach --name checked --health-cmd true --volume /usr:/usr:ro localhost/base sleep 1000 >/dev/null
    docker run --detach --name sick --health-cmd 'sleep 1000' --health-timeout 1s --health-interval 1s --health-retries 1 \
      --volume /usr:/usr:ro localhost/base sleep 1000 >/dev/null
    docker wait --condition=healthy checked && echo healthy
    for name in plain none sick; do docker wait --condition=healthy $name || echo "code $?"; done
    echo "$1" > compose.yml; echo 'FROM localhost/base' > Dockerfile
    docker compose up || echo ended`;
  const { stdout, stderr } = await shell(sandbox, script, composeFile.replace(/^ +healthcheck.*\n/m, ""));
  assert.match(stdout, /^healthy\ncode 125\ncode 125\ncode 125\n/, stderr);
  assert.match(stdout, /^ended\n$/m, stderr);
  for (const name of ["plain", "none", "workspace_db_1"])
    assert.ok(stderr.includes(`podman: The container ${name} has ${expected}`), stderr);
  assert.match(stderr, /^podman: The container sick is not healthy after 1 seconds/m);
});

/** Command lines, and those with which podman is then executed. A failed command has its message instead. */
const commandLines = {
  "docker run -it --rm img ls -p 80": "run --network=host -it --rm img ls -p 80",
  "docker run -dp 8080:80 img": "run --network=host -d img",
  "docker run -dp8080:80 -eA=b -v/a:/b img -d": "run --network=host -d -e A=b -v /a:/b img -d",
  "docker run --publish=80:80 -P --publish-all img": "run --network=host img",
  "docker run --network a --net=b --ip 1.2.3.4 img": "run --network=host img",
  "docker run --network=container:db img": "run --network=host img",
  "docker run --name a -- img --network b": "run --network=host --name a -- img --network b",
  "docker --log-level debug container run --rm=true img":
    "--log-level debug container run --network=host --rm=true img",
  "docker create --privileged --user 1:1 img": "create --network=host --privileged --user 1:1 img",
  "docker run -d=true img": "run --network=host -d=true img",
  "docker run -itd=false -P=true -p=80:80 img": "run --network=host -itd=false img",
  "docker build --network default --tag a .": "build --network=host --tag a .",
  "docker build -t a --network=x .": "build -t a --network=host .",
  "docker pod create --network x": "pod create --network=host",
  "docker network create x": "network create x",
  "docker network connect x y": "",
  "docker wait a b": "wait a b",
  "docker exec a run -p 80:80": "exec a run -p 80:80",
  "docker-compose up -d": "compose up -d",
  "docker run --network none img":
    "podman: A container without a network is not supported. Containers share the network of the sandbox.",
  "docker build --network none .":
    "podman: A container without a network is not supported. Containers share the network of the sandbox.",
  "docker pod create --network=none":
    "podman: A container without a network is not supported. Containers share the network of the sandbox.",
  "docker build . --network": "podman: The option --network needs a value.",
  "docker wait a --condition": "podman: The option --condition needs a value.",
  "docker wait --condition healthy a -i": "podman: The option -i needs a value.",
  "docker --log-level": "--log-level",
  "docker run --name": "podman: The option --name needs a value.",
  "docker run -e": "podman: The option -e needs a value.",
  "podman --version": "--version",
};

test("adapts the options of podman to the network of the sandbox", asRoot, async (t) => {
  const { sandbox } = await setUp(t);
  await shell(
    sandbox,
    "mkdir -p /opt/image/bin; printf '#!/bin/sh\\necho \"$*\"\\n' > /opt/image/bin/podman",
  );
  assert.match((await shell(sandbox, "docker ps")).stderr, /has no podman/, "the file is not executable yet");
  await shell(sandbox, "chmod 755 /opt/image/bin/podman");
  for (const [line, expected] of Object.entries(commandLines)) {
    const { stdout, stderr } = await shell(sandbox, line);
    const message = stdout === "" ? stderr.replace(/^podman: Nothing listens.*\n/, "") : stdout;
    assert.equal(message.trim(), expected, line);
  }
  const names = "docker run --name one --network n:alias=two,alias=three --network-alias four -h 'a b' img";
  const { stdout } = await shell(sandbox, `${names} >/dev/null; tail -n 4 /etc/hosts | tr '\\n' ' '`);
  assert.equal(stdout, "127.0.0.1 one 127.0.0.1 two 127.0.0.1 three 127.0.0.1 four ");
  const ports = await shell(sandbox, "docker run -p 127.0.0.1:8080:80/tcp -p 90:90 -p 70 img");
  assert.equal(
    ports.stderr,
    "podman: Nothing listens on port 8080. Containers share the ports of the sandbox, so use port 80.\n",
  );
});

test("leaves a docker of the system itself alone", asRoot, async (t) => {
  const { sandbox } = await setUp(t);
  await shell(
    sandbox,
    "mkdir -p /opt/image/bin; printf '#!/bin/sh\\necho own $*\\n' > /opt/image/bin/docker",
  );
  assert.equal((await shell(sandbox, "chmod 755 /opt/image/bin/docker; docker run")).stdout, "own run\n");
});

test("counts images toward the disk limit", asRoot, async (t) => {
  const limits = { ...specOf().limits, diskBytes: 64 * 1024 ** 2 };
  const { sandbox } = await setUp(t, { limits });
  const script = 'for n in 1 2 3; do head -c 32M /dev/zero > "/var/lib/containers/$n"; done; sleep 60';
  const { signal } = await shell(sandbox, script);
  assert.equal(signal, "SIGKILL");
  assert.match(sandbox.limitReached()!, /^The disk limit of 64 MB/);
});

test("keeps images if programs can no longer run containers, and counts them", asRoot, async (t) => {
  const limits = { ...specOf().limits, diskBytes: 64 * 1024 ** 2 };
  const { sandbox, provider, spec, workspacePath } = await setUp(t, { limits });
  const write = (path: string) => `head -c 40M /dev/zero > ${path}`;
  assert.equal((await shell(sandbox, write("/var/lib/containers/image"))).code, 0);
  await sandbox.stop();
  for (const other of [systemWithout, null]) {
    const next = await provider.create({ ...spec, system: other });
    assert.equal((await shell(next, `${write("file")}; sleep 60`)).signal, "SIGKILL");
    assert.match(next.limitReached()!, /^The disk limit of 64 MB/);
    await next.stop();
    rmSync(join(workspacePath, "file"));
  }
  const again = await provider.create(spec);
  afterwards(t, () => again.stop());
  assert.equal((await shell(again, "ls /var/lib/containers")).stdout, "image\n");
});

async function addPodman() {
  const scratch = mkdtempSync(join(tmpdir(), "tembo-podman-"));
  after(() => rmSync(scratch, { recursive: true, force: true }));
  return add({ kind: "archive", archive: packImage(scratch, podmanParts) });
}

async function setUp(
  t: TestContext,
  {
    options = {},
    ...change
  }: Partial<Pick<SandboxSpec, "system" | "limits" | "isWorkspaceReadOnly">> & {
    options?: Partial<BubblewrapOptions>;
  } = {},
) {
  const dataDir = await makeDataDir(t);
  const provider = await makeProvider("bubblewrap", dataDir, { ...options, layers });
  const spec = { ...specOf(), system, ...change };
  const sandbox = await provider.create(spec);
  afterwards(t, () => sandbox.stop());
  return { sandbox, provider, spec, workspacePath: foldersOf(dataDir).workspacePath };
}
