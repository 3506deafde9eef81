import { IconBox } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import type { Project } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { organizationSettingsQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { findDefaultProject } from "../../projects/default-project.ts";
import { text } from "../../text/index.ts";
import type { Draft } from "../draft.ts";
import { Chip } from "./chip.tsx";
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
 * Returns all projects, the one that the server chooses by default (`usual`), and a note on the one that the session uses.
 * `projects` is undefined until the list has loaded.
 */
export function useProject(draft: Draft) {
  const { organizationId } = usePerson();
  const { data: projects, isPending } = useQuery(projectChoices);
  const { data: settings } = useQuery({
    ...organizationSettingsQuery(organizationId),
    enabled: projects !== undefined && projects.length > 0,
  });
  const usual =
    findDefaultProject(projects ?? [], {
      repositoryIds: draft.repositoryIds,
      size: draft.sandboxSize === "" ? null : draft.sandboxSize,
      defaultSize: settings?.settings.defaultSandboxSize ?? null,
    }) ?? null;
  const chosen =
    draft.projectId === "" ? usual : (projects?.find(({ id }) => id === draft.projectId) ?? null);
  // Without projects, there is nothing to choose.
  const isShown = !isPending && ((projects ?? []).length > 0 || draft.projectId !== "");
  return { projects, usual, isShown, note: chosen === null ? "" : describe(chosen, draft) };
}

/** Chip for the session's project. */
export function ProjectChip({
  draft,
  project: { projects, usual },
  errorId,
  onChange,
}: {
  readonly draft: Draft;
  readonly project: ReturnType<typeof useProject>;
  readonly errorId: string | undefined;
  readonly onChange: (change: Partial<Draft>) => void;
}) {
  const options = projectOptions(projects ?? null, draft.projectId);
  const usualLabel = words.usual(usual?.name ?? words.none);
  const shown = options.find(({ value }) => value === draft.projectId)?.label ?? usual?.name ?? words.none;
  return (
    <Chip
      label={words.label}
      icon={IconBox}
      shown={shown}
      groups={[{ label: null, options: [{ value: "", label: usualLabel }, ...options] }]}
      chosen={[draft.projectId]}
      onChoose={(projectId) => onChange({ projectId })}
      isSearchable
      errorId={errorId}
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
