import { Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Project } from "@tembo-io/sdk";
import type { FormEvent } from "react";
import { tembo } from "../../api/client.ts";
import { EditActions } from "../../components/edit/edit-actions.tsx";
import { useEdit } from "../../components/edit/use-edit.ts";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";
import { fullName } from "../../repositories/chosen-repository.ts";
import { useIsAdmin } from "../../settings/kit/section.tsx";
import { projectsText } from "../../text/projects/index.ts";
import { ProjectFields } from "../form/project-fields.tsx";
import { diffProjectWords, type ProjectWords, toProjectWords } from "../form/project-words.ts";
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
  const edit = useEdit(words, form.leave);
  const { draft, write } = edit;
  const save = useMutation({
    mutationFn: ({ base, next }: { readonly base: ProjectWords; readonly next: ProjectWords }) =>
      tembo.projects.update(project.id, diffProjectWords(base, next)),
    onSuccess: (saved) => {
      queryClient.setQueryData(projectQuery(project.id).queryKey, saved);
      edit.discard();
      notifications.show({ message: form.saved });
    },
    onSettled: () => projectChanged(queryClient, project.id),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (edit.isDirty && !edit.hasMoved) save.mutate({ base: edit.base, next: draft });
  };
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
