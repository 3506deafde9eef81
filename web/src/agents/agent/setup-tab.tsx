import { Stack, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Agent } from "@tembo-io/sdk";
import type { FormEvent } from "react";
import { tembo } from "../../api/client.ts";
import { EditActions } from "../../components/edit/edit-actions.tsx";
import type { EditState } from "../../components/edit/edit-state.ts";
import { useEdit } from "../../components/edit/use-edit.ts";
import { text } from "../../text/index.ts";
import { agentQuery } from "../agents-query.ts";
import { AgentFields } from "../form/agent-fields.tsx";
import { type AgentWords, comparedAgent, diffAgentWords, toAgentWords } from "../form/agent-words.ts";
import { agentChanged } from "./agent-changed.ts";

const { form } = text.agents;

export function SetupTab({ agent }: { readonly agent: Agent }) {
  const queryClient = useQueryClient();
  const edit = useEdit(toAgentWords(agent), form.leave, comparedAgent);
  const { draft, write } = edit;
  const save = useMutation({
    mutationFn: ({ base, draft: next }: EditState<AgentWords>) =>
      tembo.agents.update(agent.id, { ...diffAgentWords(base, next), expectedUpdatedAt: agent.updatedAt }),
    onSuccess: (saved, { draft: submitted }) => {
      queryClient.setQueryData(agentQuery(agent.id).queryKey, saved);
      edit.settle(submitted, toAgentWords(saved));
      notifications.show({ message: form.saved });
    },
    onSettled: () => agentChanged(queryClient, agent.id),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (edit.isDirty && !edit.hasMoved) save.mutate(edit);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <AgentFields words={draft} onChange={write} />
        <TextInput
          label={form.key}
          description={form.keyHint}
          value={draft.key}
          onChange={(event) => write({ ...draft, key: event.currentTarget.value })}
          maxLength={200}
          autoCapitalize="none"
          spellCheck={false}
        />
        <Textarea
          label={form.script}
          description={form.scriptHint}
          value={draft.script}
          onChange={(event) => write({ ...draft, script: event.currentTarget.value })}
          autosize
          minRows={2}
          maxRows={16}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        />
        <EditActions edit={edit} save={save} text={form} />
      </Stack>
    </form>
  );
}
