import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { AgentCreateBody, AgentTemplate } from "@tembo-io/sdk";
import { type FormEvent, useState } from "react";
import { tembo } from "../../api/client.ts";
import { Refusal } from "../../components/refusal.tsx";
import { text } from "../../text/index.ts";
import { AgentFields } from "../form/agent-fields.tsx";
import { type AgentWords, noWords } from "../form/agent-words.ts";
import { parseMarkdown, toMarkdown } from "../form/instructions.ts";
import { DraftSchedules } from "./draft-schedules.tsx";
import classes from "./new-agent.module.css";
import { Templates } from "./templates.tsx";

const words = text.agents.new;

export function NewAgentPage() {
  const [draft, setDraft] = useState<AgentWords>(noWords);
  const [crons, setCrons] = useState<readonly string[]>([]);
  const [template, setTemplate] = useState<AgentTemplate | null>(null);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () => tembo.agents.create(bodyOf(draft, crons, template)),
    onSuccess: async ({ id }) => {
      void queryClient.invalidateQueries({ queryKey: ["agents"] });
      await navigate({ to: "/agents/$agentId", params: { agentId: id }, search: { tab: "starts" } });
    },
  });
  const choose = (chosen: AgentTemplate | null) => {
    setTemplate(chosen);
    setCrons(chosen?.schedules ?? []);
    setDraft({ ...draft, name: chosen?.title ?? "", instructions: toMarkdown(chosen?.instructions ?? null) });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <>
      <header className={classes.header}>
        <Title order={1}>{words.title}</Title>
      </header>
      <div className={classes.page}>
        <Templates chosen={template} onChoose={choose} />
        <form onSubmit={submit} className={classes.form}>
          <Stack>
            <div aria-live="polite">
              {template !== null && (
                <Text size="sm" c="dimmed">
                  {words.chosen(template.title)}
                </Text>
              )}
            </div>
            <AgentFields words={draft} onChange={setDraft} />
            <DraftSchedules crons={crons} onChange={setCrons} />
            <Refusal error={create.error} />
            <Text size="sm" c="dimmed">
              {words.enabledHint}
            </Text>
            <Group>
              <Button type="submit" loading={create.isPending} disabled={draft.name.trim() === ""}>
                {words.submit}
              </Button>
              <Button variant="default" renderRoot={(props) => <Link to="/agents" {...props} />}>
                {words.cancel}
              </Button>
            </Group>
          </Stack>
        </form>
      </div>
    </>
  );
}

/**
 * Returns the request body for a new agent. Adds the template fields that the form does not contain. Keeps the
 * template's rich text document if its text has not changed.
 */
function bodyOf(
  draft: AgentWords,
  crons: readonly string[],
  template: AgentTemplate | null,
): AgentCreateBody {
  const isUntouched = template !== null && toMarkdown(template.instructions) === draft.instructions;
  return {
    name: draft.name.trim(),
    instructions: isUntouched ? template.instructions : parseMarkdown(draft.instructions),
    repositoryIds: draft.repositories.map(({ id }) => id),
    schedules: crons.map((cron) => ({ cron })),
    ...(draft.agent !== null && { agent: draft.agent }),
    ...(template?.artifactType != null && { artifactType: template.artifactType }),
  };
}
