import { join } from "node:path";
import { type Apart, temporaryDataDir, withApart } from "@tembo/e2e/support";
import { benchLimits } from "../support/bench-limits.ts";

export interface FleetMachine {
  /** Drains and stops the machine's worker. */
  stop(): Promise<void>;
  /** Suspends the worker. Its connections stay open, as those of a machine without power or network. */
  freeze(): void;
  kill(): Promise<void>;
}

export interface Fleet extends Apart {
  /** Starts the worker of a new machine with its own disk. `prepare` may write to its data folder first. */
  machine(env?: Readonly<Record<string, string>>): Promise<FleetMachine>;
}

export interface FleetOptions {
  readonly env: Readonly<Record<string, string>>;
  /** True if the machines share a blob store, in which they save the files of sessions. */
  readonly saves: boolean;
  /** Writes to the data folder of the server or of a machine before its first start. */
  prepare?(dataDir: string): Promise<void>;
}

/** Runs `work` with machines that share a database and, with `saves`, a blob store. */
export async function withFleet(
  { env, saves, prepare = async () => {} }: FleetOptions,
  work: (fleet: Fleet) => Promise<void>,
): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const blobs = await temporaryDataDir();
  cleanup.defer(() => blobs.remove());
  await withApart(
    { ...benchLimits, ...env, ...(saves && { TEMBO_BLOBS: `file://${blobs.path}` }) },
    async (apart) => {
      await prepare(apart.dataDir);
      const machine = async (more: Readonly<Record<string, string>> = {}): Promise<FleetMachine> => {
        const disk = await temporaryDataDir();
        cleanup.defer(() => disk.remove());
        await prepare(disk.path);
        const worker = await apart.worker({
          TEMBO_DATA_DIR: disk.path,
          TEMBO_MASTER_KEY_FILE: join(apart.dataDir, "master.key"),
          ...more,
        });
        return {
          stop: async () => void (await worker.stop()),
          freeze: () => process.kill(worker.pid, "SIGSTOP"),
          kill: () => worker.kill(),
        };
      };
      await work({ ...apart, machine });
    },
  );
}
