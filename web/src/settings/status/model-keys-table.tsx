import type { StatusModelKey } from "@tembo-io/sdk";
import { TimeAgo } from "../../components/time-ago.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { StateBadge } from "./state-badge.tsx";
import { type Column, StatusTable } from "./status-table.tsx";

const { none, modelKeys: words } = settingsText.status;
const colors = { set: "teal", missing: "gray", rejected: "red" } as const;

const columns: readonly Column<StatusModelKey>[] = [
  { name: words.provider, cell: ({ label }) => label },
  { name: words.source, cell: ({ source }) => (source === null ? none : words.sources[source]) },
  {
    name: words.state,
    cell: (key) => (
      <>
        <StateBadge color={colors[stateOf(key)]} name={words.states[stateOf(key)]} />{" "}
        {key.rejectedAt !== null && <TimeAgo at={key.rejectedAt} />}
      </>
    ),
  },
];

export function ModelKeysTable({ modelKeys }: { readonly modelKeys: readonly StatusModelKey[] }) {
  return (
    <StatusTable
      title={words.title}
      empty={none}
      items={modelKeys}
      columns={columns}
      keyOf={({ provider }) => provider}
    />
  );
}

const stateOf = ({ source, rejectedAt }: StatusModelKey) =>
  source === null ? "missing" : rejectedAt === null ? "set" : "rejected";
