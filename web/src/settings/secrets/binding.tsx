import { Group, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { NotFoundError, type SecretBinding } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { Form } from "../kit/form.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.secrets.binding;

/** A secret's header injection rule. A secret with a rule does not enter sandboxes. */
export function Binding({ secretId }: { readonly secretId: string }) {
  const { organizationId } = usePerson();
  const isAdmin = useIsAdmin();
  const queryKey = ["secret-binding", secretId];
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => findBinding(organizationId, secretId, signal),
  });
  const unbind = useChange(() => tembo.organizations.secrets.binding.delete(organizationId, secretId), {
    stale: [queryKey],
    done: settingsText.saved,
  });
  return (
    <Stack>
      <Text size="sm">{words.about}</Text>
      <Loaded query={query}>
        {(binding) => (
          <>
            {binding === null && (
              <Text size="sm" c="dimmed">
                {words.none}
              </Text>
            )}
            {(isAdmin || binding !== null) && (
              <BindingForm key={String(binding === null)} secretId={secretId} binding={binding} />
            )}
            {isAdmin && binding !== null && (
              <Group justify="flex-start">
                <ConfirmButton
                  label={words.remove}
                  question={words.removeQuestion}
                  consequence={words.removeConsequence}
                  change={unbind}
                />
              </Group>
            )}
          </>
        )}
      </Loaded>
    </Stack>
  );
}

/** Returns the rule, or null for a secret without a rule, which is an environment variable. */
async function findBinding(organizationId: string, secretId: string, signal: AbortSignal) {
  try {
    return await tembo.organizations.secrets.binding.retrieve(organizationId, secretId, { signal });
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}

function BindingForm({
  secretId,
  binding,
}: {
  readonly secretId: string;
  readonly binding: SecretBinding | null;
}) {
  const { organizationId } = usePerson();
  const isAdmin = useIsAdmin();
  const [draft, setDraft] = useState<SecretBinding>(
    binding ?? { hosts: [], header: "authorization", prefix: "Bearer " },
  );
  const save = useChange(() => tembo.organizations.secrets.binding.update(organizationId, secretId, draft), {
    stale: [["secret-binding", secretId]],
    done: settingsText.saved,
  });
  return (
    <Form
      change={save}
      onSubmit={() => save.mutate()}
      canSubmit={draft.hosts.length > 0 && draft.header !== ""}
      readOnly={!isAdmin}
    >
      <TagsInput
        label={words.hosts}
        description={words.hostsHint}
        value={draft.hosts}
        onChange={(hosts) => setDraft({ ...draft, hosts })}
        splitChars={[",", " "]}
        maxTags={50}
        acceptValueOnBlur
        readOnly={!isAdmin}
      />
      <TextInput
        label={words.header}
        value={draft.header}
        onChange={(event) => setDraft({ ...draft, header: event.currentTarget.value })}
        maxLength={100}
        readOnly={!isAdmin}
      />
      <TextInput
        label={words.prefix}
        value={draft.prefix}
        onChange={(event) => setDraft({ ...draft, prefix: event.currentTarget.value })}
        maxLength={100}
        readOnly={!isAdmin}
      />
    </Form>
  );
}
