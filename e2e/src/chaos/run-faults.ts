import { delay } from "../../../server/src/runtime/delay.ts";
import type { Fault } from "./plan/faults.ts";
import type { Machine, Role } from "./world/machine.ts";
import type { World } from "./world/world.ts";

export interface FaultParts {
  readonly world: World;
  /** Source tree of the version at the start. */
  readonly root: string;
  /** Source tree of the version after the upgrade. */
  readonly newRoot: string;
  readonly print: (line: string) => void;
}

export interface FaultRecord {
  readonly kind: Fault["kind"];
  /** Name of the machine, or null if the fault concerns no single machine. */
  readonly machine: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Machines that always remain, so that the client can go on. */
const mostWorkers = 5;

/** Applies the faults at their times. Each one runs on its own, so faults overlap. Resolves when all have ended. */
export async function runFaults(parts: FaultParts, plan: readonly Fault[]): Promise<readonly FaultRecord[]> {
  const startedAtMs = performance.now();
  const records: FaultRecord[] = [];
  const site = { ...parts, busy: new Set<Machine>(), records };
  const running: Promise<void>[] = [];
  for (const fault of plan) {
    await delay(Math.max(0, fault.atMs - (performance.now() - startedAtMs)));
    running.push(apply(site, fault));
  }
  await Promise.all(running);
  return records;
}

interface Site extends FaultParts {
  /** Source tree of machines that are added. */
  root: string;
  /** Machines that a fault concerns at the moment. */
  readonly busy: Set<Machine>;
  readonly records: FaultRecord[];
}

async function apply(site: Site, fault: Fault): Promise<void> {
  const { world } = site;
  const { kind, forMs } = fault;
  const note = (machine: Machine | null) => {
    site.records.push({ kind, machine: machine?.name ?? null, at: Date.now() });
    const duration = forMs > 0 ? ` for ${forMs / 1_000} s` : "";
    site.print(`${kind}${machine === null ? "" : ` ${machine.name}`}${duration}`);
  };
  if (kind === "store") {
    note(null);
    await world.store.goAway();
    await delay(forMs);
    return world.store.comeBack();
  }
  if (kind === "answers") {
    note(null);
    world.balancer.mute();
    await delay(forMs);
    return world.balancer.unmute();
  }
  if (kind === "postgres") {
    note(null);
    await world.postgres.stop(fault.pick % 2 === 0 ? "SIGINT" : "SIGQUIT");
    return world.postgres.start();
  }
  if (kind === "upgrade") {
    note(null);
    return upgrade(site);
  }
  if (kind === "add") {
    if (world.machines("worker").length >= mostWorkers) return;
    note(null);
    await world.add("worker", site.root);
    return;
  }
  const machine = choose(site, fault);
  if (machine === null) return;
  note(machine);
  await occupy(site, machine, () => strike(site, machine, fault));
}

/**
 * Upgrades one machine after the other. Other machines run the old version meanwhile, also after a restart. The last one
 * restarts in any case when the first has migrated the database. New machines have the new version.
 */
async function upgrade(site: Site): Promise<void> {
  site.root = site.newRoot;
  const machines = [...site.world.machines()];
  const last = machines.at(-1)!;
  for (const [index, machine] of machines.entries()) {
    await occupy(site, machine, () => restart(machine, site.newRoot));
    if (index === 0 && machine !== last) await occupy(site, last, () => restart(last, last.root!));
  }
}

async function strike(site: Site, machine: Machine, { kind, forMs }: Fault): Promise<void> {
  const { world } = site;
  if (kind === "lose") {
    await world.lose(machine);
    await world.add(machine.role, site.root);
  }
  if (kind === "kill") {
    await machine.kill();
    await machine.start(machine.root!);
  }
  if (kind === "drain") await restart(machine, machine.root!);
  if (kind === "freeze") {
    await machine.freeze();
    await delay(forMs);
    await machine.thaw();
  }
  if (kind === "cut") {
    await machine.cut();
    await delay(forMs);
    await machine.join();
  }
  if (!machine.isRunning && world.machines().includes(machine)) await machine.start(machine.root!);
}

async function restart(machine: Machine, root: string): Promise<void> {
  await machine.drain();
  await machine.start(root);
}

/** Chooses a machine that no other fault concerns. At least one server and one worker stay untouched. */
function choose({ world, busy }: Site, { pick }: Fault): Machine | null {
  const free = (role: Role) => world.machines(role).filter((machine) => !busy.has(machine));
  const candidates = (["worker", "server"] as const).flatMap((role) => {
    const machines = free(role);
    return machines.length > 1 ? machines : [];
  });
  // Workers run the turns, so most faults concern them.
  const workers = candidates.filter(({ role }) => role === "worker");
  const from = pick % 4 === 0 || workers.length === 0 ? candidates : workers;
  return from[pick % Math.max(from.length, 1)] ?? null;
}

/** Waits until no other fault concerns the machine. */
async function occupy(site: Site, machine: Machine, work: () => Promise<void>): Promise<void> {
  while (site.busy.has(machine)) await delay(100);
  if (!site.world.machines().includes(machine)) return;
  site.busy.add(machine);
  await work().finally(() => site.busy.delete(machine));
}
