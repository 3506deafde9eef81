import { Button, Checkbox, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useBlocker, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { tembo } from "../../api/client.ts";
import { Refusal } from "../../components/refusal.tsx";
import { TextLink } from "../../components/text-link.tsx";
import { useIsAdmin } from "../../settings/kit/section.tsx";
import { projectsText } from "../../text/projects/index.ts";
import { ProjectFields } from "../form/project-fields.tsx";
import { noProject, type ProjectWords, toProjectBody } from "../form/project-words.ts";
import classes from "./new-project.module.css";

const words = projectsText.new;

export function NewProjectPage() {
  const isAdmin = useIsAdmin();
  return (
    <>
      <header className={classes.header}>
        <Title order={1}>{words.title}</Title>
      </header>
      <div className={classes.page}>
        {isAdmin ? (
          <NewProjectForm />
        ) : (
          <Stack gap="xs" align="flex-start">
            <Text role="note">{words.notAllowed}</Text>
            <TextLink to="/projects">{words.toProjects}</TextLink>
          </Stack>
        )}
      </div>
    </>
  );
}

function NewProjectForm() {
  const [draft, setDraft] = useState<ProjectWords>(noProject);
  const [isBuilt, setBuilt] = useState(true);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () => tembo.projects.create({ ...toProjectBody(draft), runNow: isBuilt }),
    onSuccess: async ({ project, jobIds: [build] }) => {
      void queryClient.invalidateQueries({ queryKey: ["projects"] });
      await navigate({
        to: "/projects/$projectId",
        params: { projectId: project.id },
        search: build === undefined ? {} : { tab: "builds", build },
        ignoreBlocker: true,
      });
    },
  });
  useBlocker({
    shouldBlockFn: () => draft !== noProject && !window.confirm(projectsText.form.leave),
    enableBeforeUnload: () => draft !== noProject,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <Stack gap="lg">
        <ProjectFields words={draft} isNew onChange={setDraft} />
        <Checkbox
          label={words.buildNow}
          checked={isBuilt}
          onChange={(event) => setBuilt(event.currentTarget.checked)}
        />
        <Refusal error={create.error} />
        <Group>
          <Button type="submit" loading={create.isPending} disabled={draft.name.trim() === ""}>
            {words.submit}
          </Button>
          <Button variant="default" renderRoot={(props) => <Link to="/projects" {...props} />}>
            {words.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
