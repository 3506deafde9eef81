import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Project, ProjectVariableList } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { ConfirmButton } from "../../settings/kit/confirm-button.tsx";
import { FormModal } from "../../settings/kit/form.tsx";
import { Row, Rows } from "../../settings/kit/rows.tsx";
import { useIsAdmin } from "../../settings/kit/section.tsx";
import { useChange } from "../../settings/kit/use-change.ts";
import { projectsText } from "../../text/projects/index.ts";
import { variablesQuery } from "../projects-query.ts";
import { VariableForm } from "./variable-form.tsx";

const words = projectsText.variables;
type Variable = ProjectVariableList["items"][number];

/** Variables of a project, without their values. */
export function VariablesTab({ project }: { readonly project: Project }) {
  const isAdmin = useIsAdmin();
  const query = useQuery(variablesQuery(project.id));
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={2}>{words.title}</Title>
        {isAdmin && (
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={open}>
            {words.add}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {words.about} {words.leak}
      </Text>
      {!isAdmin && (
        <Text size="sm" c="dimmed" role="note">
          {projectsText.readOnly}
        </Text>
      )}
      <Rows query={query} label={words.list} empty={words.empty}>
        {(query.data ?? []).map((variable) => (
          <VariableRow key={variable.key} projectId={project.id} variable={variable} />
        ))}
      </Rows>
      <FormModal title={words.add} isOpen={isOpen} onClose={close}>
        <VariableForm projectId={project.id} onDone={close} />
      </FormModal>
    </Stack>
  );
}

function VariableRow({ projectId, variable }: { readonly projectId: string; readonly variable: Variable }) {
  const { key, scope } = variable;
  const isAdmin = useIsAdmin();
  const [isEdited, { open, close }] = useDisclosure(false);
  const remove = useChange(() => tembo.projects.environmentVariables.delete(projectId, key), {
    stale: [variablesQuery(projectId).queryKey],
  });
  return (
    <Row
      title={
        <Text span size="sm" ff="monospace">
          {key}
        </Text>
      }
      about={words.scope[scope]}
    >
      {isAdmin && (
        <>
          <Button variant="subtle" size="xs" aria-label={words.editOf(key)} onClick={open}>
            {words.edit}
          </Button>
          <ConfirmButton
            label={words.delete}
            name={words.deleteOf(key)}
            question={words.deleteQuestion(key)}
            consequence={words.deleteConsequence}
            change={remove}
          />
        </>
      )}
      <FormModal title={words.editOf(key)} isOpen={isEdited} onClose={close}>
        <VariableForm projectId={projectId} variable={variable} onDone={close} />
      </FormModal>
    </Row>
  );
}
