import { Button, Drawer, Switch } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Webhook } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { Refusal } from "../../components/refusal.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { FormModal } from "../kit/form.tsx";
import { Row } from "../kit/rows.tsx";
import { Trouble } from "../kit/trouble.tsx";
import { useChange } from "../kit/use-change.ts";
import { Deliveries } from "./deliveries.tsx";
import { WebhookForm } from "./webhook-form.tsx";

const words = settingsText.webhooks;

export function WebhookRow({
  webhook,
  onSecret,
}: {
  readonly webhook: Webhook;
  /** Called with a secret that can be shown only once. */
  readonly onSecret: (secret: string) => void;
}) {
  const { id, url, events, description, enabled, disabledReason, failuresInARow } = webhook;
  const [isEdited, edit] = useDisclosure(false);
  const [isLogOpen, log] = useDisclosure(false);
  const stale = [["webhooks"], ["deliveries", id]];
  const enable = useChange((to: boolean) => tembo.webhooks.update(id, { enabled: to }), { stale });
  const test = useChange(() => tembo.webhooks.test(id), { stale, onDone: log.open });
  const rotate = useChange(() => tembo.webhooks.rotateSecret(id), {
    stale,
    onDone: ({ secret }) => onSecret(secret),
  });
  const remove = useChange(() => tembo.webhooks.delete(id), { stale: [["webhooks"]] });
  return (
    <Row
      title={url}
      about={
        <>
          {description !== "" && <div dir="auto">{description}</div>}
          <div>{events.join(", ")}</div>
          {(disabledReason !== null || failuresInARow > 0) && (
            <Trouble>{disabledReason ?? words.failing(failuresInARow)}</Trouble>
          )}
        </>
      }
    >
      <Switch
        aria-label={words.enableOf(url)}
        checked={enabled}
        onChange={(event) => enable.mutate(event.currentTarget.checked)}
        disabled={enable.isPending}
      />
      <Button variant="subtle" size="xs" aria-label={words.deliveries.openOf(url)} onClick={log.open}>
        {words.deliveries.open}
      </Button>
      <Button
        variant="subtle"
        size="xs"
        aria-label={settingsText.testOf(url)}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        {settingsText.test}
      </Button>
      <Button variant="subtle" size="xs" aria-label={settingsText.editOf(url)} onClick={edit.open}>
        {settingsText.edit}
      </Button>
      <ConfirmButton
        label={words.rotate}
        name={words.rotateOf(url)}
        question={words.rotateQuestion}
        consequence={words.rotateConsequence}
        change={rotate}
      />
      <ConfirmButton
        label={settingsText.delete}
        name={settingsText.deleteOf(url)}
        question={words.deleteQuestion}
        consequence={words.deleteConsequence(url)}
        change={remove}
      />
      <Refusal error={enable.error ?? test.error} />
      <FormModal title={words.editTitle} isOpen={isEdited} onClose={edit.close}>
        <WebhookForm
          webhook={webhook}
          request={(body) => tembo.webhooks.update(id, body)}
          onDone={edit.close}
        />
      </FormModal>
      <Drawer
        opened={isLogOpen}
        onClose={log.close}
        title={words.deliveries.title}
        position="right"
        size="lg"
        closeButtonProps={{ "aria-label": settingsText.close }}
      >
        <Deliveries webhookId={id} />
      </Drawer>
    </Row>
  );
}
