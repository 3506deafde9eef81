import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import type { Project } from "@tembo-io/sdk";
import { type FormEvent, useState } from "react";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";
import { Refusal } from "../../components/refusal.tsx";
import { fullName } from "../../repositories/chosen-repository.ts";
import { useIsAdmin } from "../../settings/kit/section.tsx";
import { projectsText } from "../../text/projects/index.ts";
import { ProjectFields } from "../form/project-fields.tsx";
import { diffProjectWords, isSame, type ProjectWords, toProjectWords } from "../form/project-words.ts";
import { projectChanged, projectQuery, repositoriesOf } from "../projects-query.ts";

const form = projectsText.form;

export function SettingsTab({ project }: { readonly project: Project }) {
  const query = useQuery(repositoriesOf(project.codeRepositoryIds ?? []));
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isLoading) return <Loading />;
  const names = new Map(query.data?.map(({ id, owner, name }) => [id, fullName({ owner, name })]));
  const words = toProjectWords(project, (id) => names.get(id) ?? projectsText.unknownRepository);
  return <SettingsForm project={project} words={words} />;
}

function SettingsForm({ project, words }: { readonly project: Project; readonly words: ProjectWords }) {
  const isAdmin = useIsAdmin();
  const queryClient = useQueryClient();
  /** The draft and the project's values when editing began, or null if there are no edits. */
  const [edit, setEdit] = useState<{ readonly base: ProjectWords; readonly draft: ProjectWords } | null>(
    null,
  );
  const draft = edit?.draft ?? words;
  const isDirty = edit !== null && !isSame(edit.base, edit.draft);
  const hasMoved = isDirty && !isSame(edit.base, words);
  const save = useMutation({
    mutationFn: ({ base, next }: { readonly base: ProjectWords; readonly next: ProjectWords }) =>
      tembo.projects.update(project.id, diffProjectWords(base, next)),
    onSuccess: (saved) => {
      queryClient.setQueryData(projectQuery(project.id).queryKey, saved);
      setEdit(null);
      notifications.show({ message: form.saved });
    },
    onSettled: () => projectChanged(queryClient, project.id),
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
      <Stack gap="lg">
        {!isAdmin && (
          <Text size="sm" c="dimmed" role="note">
            {projectsText.readOnly}
          </Text>
        )}
        <ProjectFields
          words={draft}
          isReadOnly={!isAdmin}
          onChange={(next) => setEdit({ base: isDirty ? edit.base : words, draft: next })}
        />
        {hasMoved && (
          <Alert color="yellow" role="alert" title={form.moved}>
            <Group gap="sm">
              <Button size="xs" variant="default" onClick={() => setEdit(null)}>
                {form.takeTheirs}
              </Button>
              <Button size="xs" variant="default" onClick={() => setEdit({ base: words, draft })}>
                {form.keepMine}
              </Button>
            </Group>
          </Alert>
        )}
        <Refusal error={save.error} />
        {isAdmin && (
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
        )}
      </Stack>
    </form>
  );
}
