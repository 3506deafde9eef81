import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { processTree, sendIfAlive, signalTree } from "../../support/programs/process-tree.ts";
import { type Cable, layCable } from "./network.ts";

export type Role = "server" | "worker";

export interface MachineOptions {
  readonly number: number;
  readonly role: Role;
  /** Folder of the world. It contains the disks and the logs of the machines. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Port of the server on each machine that has one. */
export const serverPort = 3_000;
const readyLimitMs = 120_000;
const stopLimitMs = 180_000;

/** A machine with its own processes, disk and network. A server or a worker of the product runs on it. */
export class Machine {
  readonly number: number;
  readonly role: Role;
  readonly #options: MachineOptions;
  readonly #cable: Cable;
  #child: ChildProcess | null = null;
  #root: string | null = null;
  #isFrozen = false;

  private constructor(options: MachineOptions, cable: Cable) {
    this.number = options.number;
    this.role = options.role;
    this.#options = options;
    this.#cable = cable;
  }

  static async create(options: MachineOptions): Promise<Machine> {
    return new Machine(options, await layCable(options.number));
  }

  get name(): string {
    return `${this.role} ${this.number}`;
  }

  get address(): string {
    return this.#cable.address;
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** Source tree of the version that the machine runs, or null before its first start. */
  get root(): string | null {
    return this.#root;
  }

  /** Starts the product from the source tree `root`, and waits until it is ready. */
  async start(root: string): Promise<void> {
    this.#root = root;
    const { folder, env, number, role } = this.#options;
    await mkdir(this.#disk, { recursive: true });
    const data = join(folder, "data");
    const command = [process.execPath, join(root, "cli/src/main.ts"), role];
    const inside = ["sh", "-c", 'mount --bind "$1" "$2" && shift 2 && exec "$@"', "sh", this.#disk, data];
    const namespaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const child = spawn(
      "ip",
      ["netns", "exec", this.#cable.namespace, ...namespaces, ...inside, ...command],
      {
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          HOST: this.address,
          PORT: String(serverPort),
          TEMBO_DATA_DIR: data,
          ...env,
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.#child = child;
    const log = createWriteStream(join(folder, "logs", `${role}-${number}.log`), { flags: "a" });
    child.stderr!.pipe(log);
    await whenReady(child, this.name);
  }

  /** Sends SIGTERM to the product, and waits until it has stopped. */
  async drain(): Promise<void> {
    if (!this.isRunning) return;
    const ended = once(this.#child!, "exit");
    const [, product] = await processTree(this.#child!.pid!);
    if (product !== undefined) sendIfAlive(product, "SIGTERM");
    const isLate = await Promise.race([ended.then(() => false), lateAfter(stopLimitMs)]);
    if (isLate) throw new Error(`${this.name} did not stop in time.`);
  }

  /** Ends all processes of the machine at once. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    const ended = once(this.#child!, "exit");
    this.#child!.kill("SIGKILL");
    await ended;
    this.#isFrozen = false;
  }

  async removeDisk(): Promise<void> {
    // The processes of a killed machine may still write for a moment.
    await rm(this.#disk, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }

  async freeze(): Promise<void> {
    if (!this.isRunning) return;
    this.#isFrozen = true;
    await signalTree(this.#child!.pid!, "SIGSTOP");
  }

  async thaw(): Promise<void> {
    this.#isFrozen = false;
    if (this.isRunning) await signalTree(this.#child!.pid!, "SIGCONT");
  }

  cut(): Promise<void> {
    return this.#cable.cut();
  }

  join(): Promise<void> {
    return this.#cable.join();
  }

  get #disk(): string {
    return join(this.#options.folder, "disks", String(this.number));
  }
}

async function whenReady(child: ChildProcess, name: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  createInterface({ input: child.stdout! }).on("line", (line) => {
    if (/^ready\b/.test(line)) resolve();
  });
  child.once("exit", (code) => reject(new Error(`${name} exited with ${code} before it was ready.`)));
  const timer = setTimeout(() => reject(new Error(`${name} was not ready in time.`)), readyLimitMs);
  await promise.finally(() => clearTimeout(timer));
}

function lateAfter(ms: number): Promise<true> {
  return new Promise((resolve) => setTimeout(() => resolve(true), ms).unref());
}
