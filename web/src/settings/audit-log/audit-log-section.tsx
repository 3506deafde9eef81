import { Button, Group, NativeSelect, Text, TextInput } from "@mantine/core";
import type { AuditAction, AuditEventFilter } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Rows } from "../kit/rows.tsx";
import { Section, useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";
import { usePages } from "../kit/use-pages.ts";
import { AuditEventRow } from "./audit-event-row.tsx";
import { downloadLog } from "./download-log.ts";
import { useAuditNames } from "./use-audit-names.ts";

const words = settingsText.auditLog;

export default function AuditLogSection() {
  const isAdmin = useIsAdmin();
  if (isAdmin) return <AuditLog />;
  return (
    <Section title={settingsText.names["audit-log"]} about={words.about}>
      <Text size="sm" c="dimmed">
        {settingsText.adminsAlone}
      </Text>
    </Section>
  );
}

function AuditLog() {
  const [action, setAction] = useState("");
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  const filter: AuditEventFilter = {
    ...(action !== "" && { action: action as AuditAction }),
    ...(since !== "" && { since: new Date(`${since}T00:00`).toISOString() }),
    ...(until !== "" && { until: new Date(`${until}T00:00`).toISOString() }),
  };
  const { query, items } = usePages(["audit-events", filter], ({ cursor, signal }) =>
    tembo.auditEvents.list({ ...filter, cursor }, { signal }),
  );
  const names = useAuditNames(items);
  const download = useChange(() => downloadLog(filter), { stale: [["audit-events"]], done: words.exported });
  return (
    <Section
      title={settingsText.names["audit-log"]}
      about={words.about}
      action={
        <Button variant="default" loading={download.isPending} onClick={() => download.mutate()}>
          {words.export}
        </Button>
      }
    >
      <Group align="end" grow preventGrowOverflow={false}>
        <NativeSelect
          miw={200}
          label={words.action}
          value={action}
          onChange={(event) => setAction(event.currentTarget.value)}
          data={[{ value: "", label: words.every }, ...words.actions]}
        />
        <TextInput
          miw={140}
          type="date"
          label={words.since}
          value={since}
          onChange={(event) => setSince(event.currentTarget.value)}
        />
        <TextInput
          miw={140}
          type="date"
          label={words.until}
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
      </Group>
      <Rows query={query} label={words.list} empty={words.empty}>
        {items.map((event) => (
          <AuditEventRow key={event.id} event={event} names={names} />
        ))}
      </Rows>
    </Section>
  );
}
