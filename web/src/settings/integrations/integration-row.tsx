import { Badge, Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import type { Integration } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { useForgeLabel } from "../../api/providers.ts";
import { Refusal } from "../../components/refusal.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { FormModal } from "../kit/form.tsx";
import { Row } from "../kit/rows.tsx";
import { useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";
import { IntegrationSettings } from "./integration-settings.tsx";

const words = settingsText.integrations;

export function IntegrationRow({ integration }: { readonly integration: Integration }) {
  const { id, type, displayName, enabledAt, lastSyncedAt, repositoryCount } = integration;
  const forge = useForgeLabel(type);
  const isAdmin = useIsAdmin();
  const [isOpen, { open, close }] = useDisclosure(false);
  const stale = [["integrations"], ["integration-settings", id]];
  const test = useChange(() => tembo.integrations.test(id), {
    stale: [],
    onDone: ({ healthy, message }) => notifications.show({ message, color: healthy ? "teal" : "red" }),
  });
  const sync = useChange(() => tembo.integrations.sync(id), { stale, done: words.syncDone });
  const remove = useChange(() => tembo.integrations.delete(id), { stale: [["integrations"]] });
  return (
    <Row
      title={displayName}
      mark={
        enabledAt === null && (
          <Badge size="sm" variant="default">
            {settingsText.disabled}
          </Badge>
        )
      }
      about={
        <>
          {forge} · {words.repositories(repositoryCount)} ·{" "}
          {lastSyncedAt === null ? (
            words.neverSynced
          ) : (
            <>
              {words.synced} <TimeAgo at={lastSyncedAt} />
            </>
          )}
        </>
      }
    >
      <Button
        variant="subtle"
        size="xs"
        aria-label={settingsText.testOf(displayName)}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        {settingsText.test}
      </Button>
      <Button
        variant="subtle"
        size="xs"
        aria-label={words.syncOf(displayName)}
        loading={sync.isPending}
        onClick={() => sync.mutate()}
      >
        {words.sync}
      </Button>
      <Button variant="subtle" size="xs" aria-label={words.manageOf(displayName)} onClick={open}>
        {words.manage}
      </Button>
      {isAdmin && (
        <ConfirmButton
          label={settingsText.delete}
          name={settingsText.deleteOf(displayName)}
          question={words.deleteQuestion(displayName)}
          consequence={words.deleteConsequence}
          change={remove}
        />
      )}
      <Refusal error={test.error ?? sync.error} />
      <FormModal title={words.settings.title(displayName)} isOpen={isOpen} onClose={close}>
        <IntegrationSettings integrationId={id} onDone={close} />
      </FormModal>
    </Row>
  );
}
