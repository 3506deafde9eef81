import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { FormModal } from "../kit/form.tsx";
import { Rows } from "../kit/rows.tsx";
import { ReadOnlyNote, Section, useIsAdmin } from "../kit/section.tsx";
import { usePages } from "../kit/use-pages.ts";
import { ConnectForm } from "./connect-form.tsx";
import { IntegrationRow } from "./integration-row.tsx";

const words = settingsText.integrations;

export default function IntegrationsSection() {
  const isAdmin = useIsAdmin();
  const [isOpen, { open, close }] = useDisclosure(false);
  const { query, items } = usePages(["integrations"], ({ cursor, signal }) =>
    tembo.integrations.list({ cursor }, { signal }),
  );
  return (
    <Section
      title={settingsText.names.integrations}
      about={words.about}
      action={isAdmin && <Button onClick={open}>{words.connect}</Button>}
    >
      <ReadOnlyNote />
      <Rows query={query} label={words.list} empty={words.empty}>
        {items.map((integration) => (
          <IntegrationRow key={integration.id} integration={integration} />
        ))}
      </Rows>
      <FormModal title={words.connect} isOpen={isOpen} onClose={close}>
        <ConnectForm onDone={close} />
      </FormModal>
    </Section>
  );
}
