import { Button, Code } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { ApiKey } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { TimeAgo } from "../../components/time-ago.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { FormModal } from "../kit/form.tsx";
import { Row } from "../kit/rows.tsx";
import { useChange } from "../kit/use-change.ts";
import { KeyNameForm } from "./key-name-form.tsx";

const words = settingsText.apiKeys;

export function ApiKeyRow({ apiKey }: { readonly apiKey: ApiKey }) {
  const { id, tokenPreview, createdAt, lastUsedAt, userId } = apiKey;
  const name = apiKey.name ?? words.unnamed;
  const [isOpen, { open, close }] = useDisclosure(false);
  const revoke = useChange(() => tembo.apiKeys.delete(id), { stale: [["api-keys"]] });
  return (
    <Row
      title={name}
      mark={<Code>{tokenPreview}</Code>}
      about={
        <>
          {words.created} <TimeAgo at={createdAt} /> <Owner userId={userId} />
          {" · "}
          {lastUsedAt === null ? (
            words.neverUsed
          ) : (
            <>
              {words.lastUsed} <TimeAgo at={lastUsedAt} />
            </>
          )}
        </>
      }
    >
      <Button variant="subtle" size="xs" aria-label={words.renameOf(name)} onClick={open}>
        {words.rename}
      </Button>
      <ConfirmButton
        label={words.revoke}
        name={words.revokeOf(name)}
        question={words.revokeQuestion(name)}
        consequence={words.revokeConsequence}
        change={revoke}
      />
      <FormModal title={words.renameOf(name)} isOpen={isOpen} onClose={close}>
        <KeyNameForm
          name={apiKey.name ?? ""}
          submit={words.rename}
          request={(renamed) => tembo.apiKeys.update(id, { name: renamed })}
          onDone={close}
        />
      </FormModal>
    </Row>
  );
}

/** Owner of a key, if it belongs to another user. */
function Owner({ userId }: { readonly userId: string | null }) {
  const person = usePerson();
  const isOther = userId !== null && userId !== person.id;
  const { data } = useQuery({
    queryKey: ["user", userId],
    queryFn: ({ signal }) => tembo.users.retrieve(userId ?? "", { signal }),
    enabled: isOther,
    staleTime: 60_000,
  });
  return isOther && data !== undefined ? words.of(data.name ?? data.email ?? words.otherUser) : null;
}
