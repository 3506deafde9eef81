import { Group } from "@mantine/core";
import { tembo } from "../../api/client.ts";
import { mailServerQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.mailServer;

export function DeleteButton() {
  const { organizationId } = usePerson();
  const remove = useChange(() => tembo.organizations.mailServer.delete(organizationId), {
    stale: [mailServerQuery(organizationId).queryKey, ["notifications"]],
    done: words.deleted,
  });
  return (
    <Group justify="flex-end">
      <ConfirmButton
        label={words.delete}
        question={words.deleteQuestion}
        consequence={words.deleteConsequence}
        change={remove}
        variant="light"
        size="sm"
      />
    </Group>
  );
}
