import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { FormModal } from "../kit/form.tsx";
import { Rows } from "../kit/rows.tsx";
import { Section, useIsAdmin } from "../kit/section.tsx";
import { ShownOnce } from "../kit/shown-once.tsx";
import { usePages } from "../kit/use-pages.ts";
import { WebhookForm } from "./webhook-form.tsx";
import { WebhookRow } from "./webhook-row.tsx";

const words = settingsText.webhooks;

export default function WebhooksSection() {
  const isAdmin = useIsAdmin();
  if (isAdmin) return <Webhooks />;
  return (
    <Section title={settingsText.names.webhooks} about={words.about}>
      <Text size="sm" c="dimmed">
        {settingsText.adminsAlone}
      </Text>
    </Section>
  );
}

function Webhooks() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [secret, setSecret] = useState<string | null>(null);
  const { query, items } = usePages(["webhooks"], ({ cursor, signal }) =>
    tembo.webhooks.list({ cursor }, { signal }),
  );
  return (
    <Section
      title={settingsText.names.webhooks}
      about={words.about}
      action={<Button onClick={open}>{words.create}</Button>}
    >
      <Rows query={query} label={words.list} empty={words.empty}>
        {items.map((webhook) => (
          <WebhookRow key={webhook.id} webhook={webhook} onSecret={setSecret} />
        ))}
      </Rows>
      <FormModal title={words.create} isOpen={isOpen} onClose={close}>
        <WebhookForm
          request={(body) => tembo.webhooks.create(body)}
          onDone={(created) => {
            setSecret(created.secret);
            close();
          }}
        />
      </FormModal>
      <ShownOnce
        title={words.secret}
        about={words.secretAbout}
        value={secret}
        onClose={() => setSecret(null)}
      />
    </Section>
  );
}
