import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Status } from "@tembo-io/sdk";
import { formatLongDuration } from "../../format/duration.ts";
import { formatCount } from "../../format/numbers.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Section, useIsAdmin } from "../kit/section.tsx";
import { Facts } from "./facts.tsx";
import { InstallationPanels } from "./installation-panels.tsx";
import { ModelKeysTable } from "./model-keys-table.tsx";
import { statusQuery } from "./status-query.ts";

const words = settingsText.status;

export default function StatusSection() {
  const isAdmin = useIsAdmin();
  if (isAdmin) return <StatusPanels />;
  return (
    <Section title={settingsText.names.status} about={words.about}>
      <Text size="sm" c="dimmed">
        {settingsText.adminsAlone}
      </Text>
    </Section>
  );
}

function StatusPanels() {
  const query = useQuery(statusQuery);
  return (
    <Section
      title={settingsText.names.status}
      about={query.data?.scope === "organization" ? words.aboutOrganization : words.about}
      action={
        <Button variant="default" loading={query.isFetching} onClick={() => void query.refetch()}>
          {words.refresh}
        </Button>
      }
    >
      {query.data !== undefined && query.isError && (
        <Text size="sm" c="red" role="alert">
          {words.stale}
        </Text>
      )}
      <Loaded query={query}>
        {(status) => (
          <>
            <Work status={status} />
            {status.installation !== null && (
              <InstallationPanels installation={status.installation} version={status.version} />
            )}
            <ModelKeysTable modelKeys={status.modelKeys} />
          </>
        )}
      </Loaded>
    </Section>
  );
}

function Work({ status: { turns, webhookDeliveries } }: { readonly status: Status }) {
  const { title, ...labels } = words.work;
  const { longestWaitSeconds } = turns;
  return (
    <Facts
      title={title}
      facts={[
        [labels.waiting, formatCount(turns.waiting)],
        [
          labels.longestWait,
          longestWaitSeconds === null ? words.none : formatLongDuration(longestWaitSeconds * 1_000),
        ],
        [labels.placed, formatCount(turns.placed)],
        [labels.running, formatCount(turns.running)],
        [labels.deliveriesWaiting, formatCount(webhookDeliveries.waiting)],
        [labels.deliveriesFailed, formatCount(webhookDeliveries.failed)],
      ]}
    />
  );
}
