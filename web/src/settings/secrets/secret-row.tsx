import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { OrganizationSecret } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { TimeAgo } from "../../components/time-ago.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { FormModal } from "../kit/form.tsx";
import { Row } from "../kit/rows.tsx";
import { useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";
import { Binding } from "./binding.tsx";
import { SecretForm } from "./secret-form.tsx";

const words = settingsText.secrets;

export function SecretRow({ secret }: { readonly secret: OrganizationSecret }) {
  const { id, key, updatedAt } = secret;
  const { organizationId } = usePerson();
  const isAdmin = useIsAdmin();
  const [isEdited, edit] = useDisclosure(false);
  const [isBound, bind] = useDisclosure(false);
  const remove = useChange(() => tembo.organizations.secrets.delete(organizationId, id), {
    stale: [["secrets"]],
  });
  return (
    <Row
      title={
        <Text span size="sm" ff="monospace">
          {key}
        </Text>
      }
      about={
        <>
          {words.changed} <TimeAgo at={updatedAt} />
        </>
      }
    >
      <Button variant="subtle" size="xs" aria-label={words.binding.openOf(key)} onClick={bind.open}>
        {words.binding.open}
      </Button>
      {isAdmin && (
        <>
          <Button variant="subtle" size="xs" aria-label={settingsText.editOf(key)} onClick={edit.open}>
            {settingsText.edit}
          </Button>
          <ConfirmButton
            label={settingsText.delete}
            name={settingsText.deleteOf(key)}
            question={words.deleteQuestion(key)}
            consequence={words.deleteConsequence}
            change={remove}
          />
        </>
      )}
      <FormModal title={words.binding.title(key)} isOpen={isBound} onClose={bind.close}>
        <Binding secretId={id} />
      </FormModal>
      <FormModal title={words.changeTitle(key)} isOpen={isEdited} onClose={edit.close}>
        <SecretForm secret={secret} onDone={edit.close} />
      </FormModal>
    </Row>
  );
}
