import { Text } from "@mantine/core";
import type { StatusInstallation, StatusMachine, StatusProcess } from "@tembo-io/sdk";
import { TimeAgo } from "../../components/time-ago.tsx";
import { formatBytes, formatCount } from "../../format/numbers.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Facts } from "./facts.tsx";
import { StateBadge } from "./state-badge.tsx";
import { type Column, StatusTable } from "./status-table.tsx";

const words = settingsText.status;
const colors = { running: "teal", draining: "gray", lost: "red" } as const;

/** State that all organizations of the installation share. */
export function InstallationPanels({
  installation: { processes, machines, engineQueues, storage, masterKey, newestMigration },
  version,
}: {
  readonly installation: StatusInstallation;
  readonly version: string;
}) {
  return (
    <>
      <StatusTable
        title={words.processes.title}
        empty={words.processes.empty}
        items={processes}
        columns={processColumns}
        keyOf={({ id }) => id}
      />
      <StatusTable
        title={words.machines.title}
        empty={words.machines.empty}
        items={machines}
        columns={machineColumns}
        keyOf={({ id }) => id}
      />
      <StatusTable
        title={words.queues.title}
        empty={words.queues.empty}
        items={engineQueues}
        columns={queueColumns}
        keyOf={({ name }) => name}
      />
      <Facts
        title={words.storage.title}
        facts={[
          [words.storage.blobs, words.storage.blobKinds[storage.blobs]],
          [words.storage.database, words.storage.databaseKinds[storage.database]],
          [words.storage.size, formatBytes(storage.databaseBytes)],
          [words.storage.version, version],
          [words.storage.migration, newestMigration ?? words.none],
        ]}
      />
      <Facts
        title={words.keys.title}
        facts={[
          [words.keys.masterKey, words.keys.masterKeySources[masterKey.source]],
          [words.keys.masterKeyId, masterKey.id ?? words.unknown],
        ]}
      />
    </>
  );
}

const processColumns: readonly Column<StatusProcess>[] = [
  { name: words.processes.name, cell: ({ host, id }) => <Named name={host} id={id} /> },
  {
    name: words.processes.state,
    cell: ({ state }) => <StateBadge color={colors[state]} name={words.processes.states[state]} />,
  },
  {
    name: words.processes.role,
    cell: ({ roles }) => roles.map((role) => words.processes.roles[role]).join(", "),
  },
  { name: words.processes.version, cell: ({ version: own }) => own ?? words.unknown },
  { name: words.processes.started, cell: ({ startedAt }) => <TimeAgo at={startedAt} /> },
  { name: words.processes.heartbeat, cell: ({ heartbeatAt }) => <TimeAgo at={heartbeatAt} /> },
  { name: words.processes.migration, cell: (process) => process.newestMigration ?? words.unknown },
];

const machineColumns: readonly Column<StatusMachine>[] = [
  { name: words.machines.name, cell: ({ host, id }) => <Named name={host} id={id} /> },
  { name: words.machines.labels, cell: ({ labels }) => labels.join(", ") || words.none },
  {
    name: words.machines.places,
    isNumber: true,
    cell: ({ turns, turnLimit }) => words.machines.of(formatCount(turns), formatCount(turnLimit)),
  },
  {
    name: words.machines.memory,
    isNumber: true,
    cell: ({ memoryBytes, reservedMemoryBytes }) =>
      memoryBytes === null
        ? words.unknown
        : words.machines.of(formatBytes(reservedMemoryBytes), formatBytes(memoryBytes)),
  },
  {
    name: words.machines.disk,
    isNumber: true,
    cell: ({ freeDiskBytes }) => (freeDiskBytes === null ? words.unknown : formatBytes(freeDiskBytes)),
  },
];

const queueColumns: readonly Column<StatusInstallation["engineQueues"][number]>[] = [
  { name: words.queues.name, cell: ({ name }) => name },
  { name: words.queues.waiting, isNumber: true, cell: ({ waiting }) => formatCount(waiting) },
  { name: words.queues.running, isNumber: true, cell: ({ running }) => formatCount(running) },
];

/** Host name with the ID, because a host may have several processes. */
function Named({ name, id }: { readonly name: string | null; readonly id: string }) {
  return (
    <>
      {name ?? words.unknown}
      <Text size="xs" c="dimmed">
        {id}
      </Text>
    </>
  );
}
