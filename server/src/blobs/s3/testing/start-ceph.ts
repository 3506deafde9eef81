import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { arch, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { createOutbound } from "../../../outbound/outbound.ts";
import { pollUntil } from "../../../runtime/poll-until.ts";
import { freePort } from "../../../testing/free-port.ts";
import { connectS3 } from "../s3-client.ts";

const run = promisify(execFile);
const startLimitMs = 90_000;

/** Object gateway of a Ceph cluster with one monitor and one storage daemon, which keeps its objects in memory. */
export interface Ceph extends AsyncDisposable {
  /** URL of the S3 API. */
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Returns why Ceph cannot run on this machine, or false. In CI, its absence fails the tests. */
export function missingCeph(): string | false {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const missing = ["ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin"].filter(
    (program) => !folders.some((folder) => existsSync(join(folder, program))),
  );
  if (missing.length === 0 || process.env.CI !== undefined) return false;
  return `${missing.join(", ")} not installed (Debian packages: ceph-mon ceph-osd radosgw)`;
}

/** Starts Ceph on free loopback ports. Takes about 12 seconds. */
export async function startCeph(): Promise<Ceph> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-ceph-"));
  const programs: ChildProcess[] = [];
  const stop = async () => {
    for (const program of programs.reverse()) {
      program.kill("SIGKILL");
      if (program.exitCode === null && program.signalCode === null) await once(program, "exit");
    }
    await rm(folder, { recursive: true });
  };
  const start = (command: string, ...args: string[]) => {
    programs.push(spawn(command, ["-c", join(folder, "ceph.conf"), ...args, "-f"], { stdio: "ignore" }));
  };
  try {
    return { ...(await startPrograms(folder, start)), [Symbol.asyncDispose]: stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

export async function createBucket({ endpoint, credentials }: Ceph, name: string): Promise<void> {
  const { client, close } = connectS3(
    { bucket: name, prefix: "", endpoint, region: "us-east-1", isPathStyle: true, credentials },
    createOutbound({ log: { info: () => {}, warn: () => {}, error: () => {} }, privateHosts: [] }),
  );
  await client.send(new CreateBucketCommand({ Bucket: name })).finally(close);
}

async function startPrograms(folder: string, start: (command: string, ...args: string[]) => void) {
  const [port, monitorPort, oldMonitorPort] = [await freePort(), await freePort(), await freePort()];
  const monitor = `[v2:127.0.0.1:${monitorPort},v1:127.0.0.1:${oldMonitorPort}]`;
  const [clusterId, diskId] = [randomUUID(), randomUUID()];
  const credentials = { accessKeyId: "test-key", secretAccessKey: randomBytes(20).toString("hex") };
  const command = (program: string, ...args: string[]) =>
    run(program, ["-c", join(folder, "ceph.conf"), ...args], { timeout: startLimitMs });
  await mkdir(join(folder, "mon"));
  await mkdir(join(folder, "osd"));
  await writeFile(join(folder, "ceph.conf"), configuration({ folder, clusterId, monitor, port }));
  await writeFile(join(folder, "keyring"), keyring(), { mode: 0o600 });
  const map = join(folder, "monmap");
  await run("monmaptool", ["--create", "--fsid", clusterId, "--addv", "a", monitor, map]);
  await command("ceph-mon", "--mkfs", "-i", "a", "--monmap", map, "--keyring", join(folder, "keyring"));
  start("ceph-mon", "-i", "a");
  await command("ceph", "osd", "new", diskId);
  await command("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", diskId);
  start("ceph-osd", "-i", "0");
  const user = ["--uid=test", "--display-name=test", `--access-key=${credentials.accessKeyId}`];
  const secret = `--secret-key=${credentials.secretAccessKey}`;
  await command("radosgw-admin", "-n", "client.rgw", "user", "create", ...user, secret);
  start("radosgw", "-n", "client.rgw");
  const endpoint = `http://127.0.0.1:${port}`;
  const responds = () =>
    fetch(endpoint).then(
      ({ ok }) => ok,
      () => false,
    );
  if (!(await pollUntil(responds, { every: 200, timeoutMs: startLimitMs })))
    throw new Error("The gateway of Ceph did not respond.");
  return { endpoint, credentials };
}

interface Place {
  readonly folder: string;
  readonly clusterId: string;
  readonly monitor: string;
  readonly port: number;
}

/** The groups of placement need small numbers, or the gateway ends because one disk cannot hold all of them. */
function configuration({ folder, clusterId, monitor, port }: Place): string {
  // Debian's packages have relative paths as defaults of the folders with plug-ins.
  const libraries = `/usr/lib/${arch() === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
  return `[global]
fsid = ${clusterId}
mon host = ${monitor}
keyring = ${folder}/keyring
public addr = 127.0.0.1
cluster addr = 127.0.0.1
run dir = ${folder}
admin socket = ${folder}/$name.asok
log file = ${folder}/$name.log
pid file =
osd class dir = ${libraries}/rados-classes
plugin dir = ${libraries}/ceph
osd objectstore = memstore
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
rgw rados pool pg num min = 1
[mon.a]
mon data = ${folder}/mon
[osd.0]
osd data = ${folder}/osd
[client.rgw]
rgw data = ${folder}
rgw frontends = beast endpoint=127.0.0.1:${port}
`;
}

function keyring(): string {
  // Ceph's format of a key: type 1 (2 bytes), time (8 bytes), length (2 bytes) and the key itself.
  const key = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0]), randomBytes(16)]);
  return ["mon.", "client.admin", "client.rgw", "osd.0"]
    .map(
      (name) =>
        `[${name}]\nkey = ${key.toString("base64")}\ncaps mon = "allow *"\n${name === "mon." ? "" : 'caps osd = "allow *"\n'}`,
    )
    .join("");
}
