import { Group, Select } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import type { Project } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";
import { organizationSettingsQuery } from "../api/settings-queries.ts";
import { usePerson } from "../api/who.ts";
import { findDefaultProject } from "../projects/default-project.ts";
import { ProjectIcon } from "../projects/project-icon.tsx";
import { text } from "../text/index.ts";
import type { Draft } from "./draft.ts";
import { projectOptions } from "./project-options.ts";

const words = text.composer.project;

/** All projects, of which an organization has at most 200. */
const projectChoices = queryOptions({
  queryKey: ["projects", "choices"],
  queryFn: async ({ signal }): Promise<Project[]> => {
    const projects: Project[] = [];
    for await (const project of tembo.projects.list({ limit: 100 }, { signal })) projects.push(project);
    return projects;
  },
  staleTime: 30_000,
});

/**
 * Picker for the session's project. Shows which project the server chooses by default. Renders nothing if the
 * organization has no projects and the draft selects none.
 */
export function ProjectPicker({
  draft,
  error,
  onChange,
}: {
  readonly draft: Draft;
  readonly error: string | null;
  readonly onChange: (change: Partial<Draft>) => void;
}) {
  const { organizationId } = usePerson();
  const { data: listed, isPending } = useQuery(projectChoices);
  const projects = listed ?? [];
  const { data: settings } = useQuery({
    ...organizationSettingsQuery(organizationId),
    enabled: projects.length > 0,
  });
  if (isPending || (projects.length === 0 && draft.projectId === "")) return null;
  const byDefault = findDefaultProject(projects, {
    repositoryIds: draft.repositoryIds,
    size: draft.sandboxSize === "" ? null : draft.sandboxSize,
    defaultSize: settings?.settings.defaultSandboxSize ?? null,
  });
  const chosen = draft.projectId === "" ? byDefault : projects.find(({ id }) => id === draft.projectId);
  return (
    <Select
      label={words.label}
      description={chosen == null ? undefined : describe(chosen, draft)}
      inputWrapperOrder={["label", "input", "description", "error"]}
      placeholder={words.usual(byDefault?.name ?? words.none)}
      data={projectOptions(listed ?? null, draft.projectId)}
      value={draft.projectId === "" ? null : draft.projectId}
      error={error}
      onChange={(projectId) => onChange({ projectId: projectId ?? "" })}
      leftSection={
        chosen == null ? undefined : <ProjectIcon icon={chosen.icon} color={chosen.color} size={22} />
      }
      renderOption={({ option }) => {
        const found = projects.find(({ id }) => id === option.value);
        return (
          <Group gap="xs" wrap="nowrap">
            {found !== undefined && <ProjectIcon icon={found.icon} color={found.color} size={20} />}
            {option.label}
          </Group>
        );
      }}
      clearable
      searchable
      nothingFoundMessage={text.general.nothingFound}
    />
  );
}

/** Describes what the session receives from the project. */
function describe({ activeSnapshots, codeRepositoryIds }: Project, { repositoryIds }: Draft): string {
  const facts = [
    activeSnapshots.length === 0 ? words.notBuilt : "",
    repositoryIds.length === 0 && codeRepositoryIds !== null ? words.repositories : "",
  ];
  return facts.filter((fact) => fact !== "").join(" ");
}
