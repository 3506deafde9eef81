import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { FormModal } from "../kit/form.tsx";
import { Rows } from "../kit/rows.tsx";
import { ReadOnlyNote, Section, useIsAdmin } from "../kit/section.tsx";
import { usePages } from "../kit/use-pages.ts";
import { SecretForm } from "./secret-form.tsx";
import { SecretRow } from "./secret-row.tsx";

const words = settingsText.secrets;

export default function SecretsSection() {
  const { organizationId } = usePerson();
  const isAdmin = useIsAdmin();
  const [isOpen, { open, close }] = useDisclosure(false);
  const { query, items } = usePages(["secrets"], ({ cursor, signal }) =>
    tembo.organizations.secrets.list(organizationId, { cursor }, { signal }),
  );
  return (
    <Section
      title={settingsText.names.secrets}
      about={words.about}
      action={isAdmin && <Button onClick={open}>{words.create}</Button>}
    >
      <ReadOnlyNote />
      <Rows query={query} label={words.list} empty={words.empty}>
        {items.map((secret) => (
          <SecretRow key={secret.id} secret={secret} />
        ))}
      </Rows>
      <FormModal title={words.create} isOpen={isOpen} onClose={close}>
        <SecretForm onDone={close} />
      </FormModal>
    </Section>
  );
}
