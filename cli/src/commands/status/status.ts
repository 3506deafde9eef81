import type { Status } from "@tembo-io/sdk";
import { answer } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { bytes, count, duration } from "../../format.ts";
import { type Cell, printFields, printTable } from "../../table.ts";

export function addStatusCommand({ program, runs }: Registry): void {
  program
    .command("status")
    .description("show processes, machines, queues, storage and keys of the installation")
    .action(runs(status));
}

async function status(cli: Cli): Promise<Outcome> {
  const found = await cli.client().status.retrieve();
  return answer(cli, found, () => {
    const { installation, turns, webhookDeliveries, modelKeys } = found;
    printFields(cli.terminal, [
      ["version", found.version],
      ["turns waiting", number(turns.waiting)],
      ["longest wait", wait(turns.longestWaitSeconds)],
      ["turns placed", number(turns.placed)],
      ["turns running", number(turns.running)],
      ["webhook deliveries waiting", number(webhookDeliveries.waiting)],
      ["webhook deliveries failed", number(webhookDeliveries.failed)],
      ["model keys missing", names(modelKeys.filter(({ source }) => source === null))],
      ["model keys rejected", names(modelKeys.filter(({ rejectedAt }) => rejectedAt !== null))],
    ]);
    if (installation !== null) printInstallation(cli, installation);
  });
}

function printInstallation(
  { terminal }: Cli,
  { storage, masterKey, newestMigration, ...lists }: NonNullable<Status["installation"]>,
): void {
  printFields(terminal, [
    ["newest migration", newestMigration],
    ["database", storage.database],
    ["database size", size(storage.databaseBytes)],
    ["blob store", storage.blobs],
    ["master key", masterKey.source],
    ["master key ID", masterKey.id],
  ]);
  printTable(
    terminal,
    ["PROCESS", "HOST", "ROLE", "STATE", "VERSION", "STARTED", "LAST HEARTBEAT"],
    lists.processes.map(({ id, host, roles, state, version, startedAt, heartbeatAt }) => [
      id,
      host ?? "-",
      roles.join(","),
      state,
      version ?? "-",
      startedAt,
      heartbeatAt,
    ]),
  );
  printTable(
    terminal,
    ["MACHINE", "HOST", "LABELS", "TURNS", "MEMORY RESERVED", "FREE DISK"],
    lists.machines.map((machine) => [
      machine.id,
      machine.host ?? "-",
      machine.labels.join(",") || "-",
      `${machine.turns}/${machine.turnLimit}`,
      size(machine.reservedMemoryBytes),
      machine.freeDiskBytes === null ? "-" : size(machine.freeDiskBytes),
    ]),
  );
  printTable(
    terminal,
    ["QUEUE", "WAITING", "RUNNING"],
    lists.engineQueues.map(({ name, waiting, running }) => [name, number(waiting), number(running)]),
  );
}

const number = (value: number): Cell => ({ text: count(value), raw: String(value) });
const size = (value: number): Cell => ({ text: bytes(value), raw: String(value) });
const wait = (seconds: number | null): Cell | null =>
  seconds === null ? null : { text: duration(seconds * 1_000), raw: String(seconds) };
const names = (keys: Status["modelKeys"]): Cell | null =>
  keys.length === 0
    ? null
    : {
        text: keys.map(({ label }) => label).join(", "),
        raw: keys.map(({ provider }) => provider).join(","),
      };
