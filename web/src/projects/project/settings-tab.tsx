import { Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Project } from "@tembo-io/sdk";
import type { FormEvent } from "react";
import { tembo } from "../../api/client.ts";
import { EditActions } from "../../components/edit/edit-actions.tsx";
import type { EditState } from "../../components/edit/edit-state.ts";
import { useEdit } from "../../components/edit/use-edit.ts";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";
import { fullName } from "../../repositories/chosen-repository.ts";
import { useIsAdmin } from "../../settings/kit/section.tsx";
import { projectsText } from "../../text/projects/index.ts";
import { ProjectFields } from "../form/project-fields.tsx";
import {
  comparedProject,
  diffProjectWords,
  type ProjectWords,
  toProjectWords,
} from "../form/project-words.ts";
import { projectChanged, projectQuery, repositoriesOf } from "../projects-query.ts";

const form = projectsText.form;

export function SettingsTab({ project }: { readonly project: Project }) {
  const isAdmin = useIsAdmin();
  const queryClient = useQueryClient();
  const repositories = useQuery({
    ...repositoriesOf(project.codeRepositoryIds ?? []),
    placeholderData: keepPreviousData,
  });
  const names = new Map(repositories.data?.map(({ id, owner, name }) => [id, fullName({ owner, name })]));
  const toWords = (from: Project) =>
    toProjectWords(from, (id) => names.get(id) ?? projectsText.unknownRepository);
  const edit = useEdit(toWords(project), form.leave, comparedProject);
  const { draft, write } = edit;
  const save = useMutation({
    mutationFn: ({ base, draft: next }: EditState<ProjectWords>) =>
      tembo.projects.update(project.id, diffProjectWords(base, next)),
    onSuccess: (saved, { draft: submitted }) => {
      queryClient.setQueryData(projectQuery(project.id).queryKey, saved);
      edit.settle(submitted, toWords(saved));
      notifications.show({ message: form.saved });
    },
    onSettled: () => projectChanged(queryClient, project.id),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (edit.isDirty && !edit.hasMoved) save.mutate(edit);
  };
  // A change of the repositories by someone else loads their names. It must not hide unsaved edits.
  if (!edit.isDirty && repositories.isLoadingError)
    return <Failed error={repositories.error} onRetry={() => void repositories.refetch()} />;
  if (!edit.isDirty && repositories.isLoading) return <Loading />;
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        {!isAdmin && (
          <Text size="sm" c="dimmed" role="note">
            {projectsText.readOnly}
          </Text>
        )}
        <ProjectFields words={draft} isReadOnly={!isAdmin} onChange={write} />
        {isAdmin && <EditActions edit={edit} save={save} text={form} />}
      </Stack>
    </form>
  );
}
