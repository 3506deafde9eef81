import { Alert, Button, Group, Stack, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import type { Agent } from "@tembo-io/sdk";
import { type FormEvent, useState } from "react";
import { tembo } from "../../api/client.ts";
import { Refusal } from "../../components/refusal.tsx";
import { text } from "../../text/index.ts";
import { agentQuery } from "../agents-query.ts";
import { AgentFields } from "../form/agent-fields.tsx";
import { type AgentWords, diffAgentWords, isSame, toAgentWords } from "../form/agent-words.ts";
import { agentChanged } from "./agent-changed.ts";

const { form } = text.agents;

export function SetupTab({ agent }: { readonly agent: Agent }) {
  const queryClient = useQueryClient();
  const agentText = toAgentWords(agent);
  /** The draft and the agent's values when editing began, or null if there are no edits. */
  const [edit, setEdit] = useState<{ readonly base: AgentWords; readonly draft: AgentWords } | null>(null);
  const draft = edit?.draft ?? agentText;
  const isDirty = edit !== null && !isSame(edit.base, edit.draft);
  const hasMoved = isDirty && !isSame(edit.base, agentText);
  const write = (next: AgentWords) => setEdit({ base: isDirty ? edit.base : agentText, draft: next });
  const save = useMutation({
    mutationFn: ({ base, next }: { readonly base: AgentWords; readonly next: AgentWords }) =>
      tembo.agents.update(agent.id, { ...diffAgentWords(base, next), expectedUpdatedAt: agent.updatedAt }),
    onSuccess: (saved) => {
      queryClient.setQueryData(agentQuery(agent.id).queryKey, saved);
      setEdit(null);
      notifications.show({ message: form.saved });
    },
    onSettled: () => agentChanged(queryClient, agent.id),
  });
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isDirty && current.pathname !== next.pathname && !window.confirm(form.leave),
    enableBeforeUnload: () => isDirty,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isDirty && !hasMoved) save.mutate({ base: edit.base, next: draft });
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
        {hasMoved && (
          <Alert color="yellow" role="alert" title={form.moved}>
            <Group gap="sm">
              <Button size="xs" variant="default" onClick={() => setEdit(null)}>
                {form.takeTheirs}
              </Button>
              <Button size="xs" variant="default" onClick={() => setEdit({ base: agentText, draft })}>
                {form.keepMine}
              </Button>
            </Group>
          </Alert>
        )}
        <Refusal error={save.error} />
        <Group>
          <Button type="submit" loading={save.isPending} disabled={!isDirty || hasMoved}>
            {form.save}
          </Button>
          {isDirty && (
            <Button variant="default" onClick={() => setEdit(null)} disabled={save.isPending}>
              {form.discard}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
