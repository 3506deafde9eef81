import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { text } from "../../text/index.ts";
import type { Draft } from "../draft.ts";
import { AgentChip } from "./agent-chip.tsx";
import { AttemptChips } from "./attempt-chips.tsx";
import { BranchChip } from "./branch-chip.tsx";
import classes from "./chips.module.css";
import { OptionChips } from "./option-chips.tsx";
import { ProjectChip, type useProject } from "./project-chip.tsx";
import { RepositoryChip } from "./repository-chip.tsx";
import { sharedBranchesQuery } from "./shared-branches.ts";

/** Row with the settings of a session, and what is wrong with one of them. */
export function Chips({
  draft,
  repositories,
  defaultBranch,
  defaultAgent,
  project,
  error,
  onRepositories,
  onChange,
  children,
}: {
  readonly draft: Draft;
  readonly repositories: readonly { readonly value: string; readonly label: string }[];
  readonly defaultBranch: string | null;
  readonly defaultAgent: string | null;
  readonly project: ReturnType<typeof useProject>;
  /** Field that the server rejected, with the reason. */
  readonly error: { readonly field: string; readonly sentence: string } | null;
  readonly onRepositories: (repositoryIds: readonly string[]) => void;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly children: ReactNode;
}) {
  const problemId = useId();
  const isBranchGone = useIsBranchGone(draft);
  const problem =
    error ??
    (isBranchGone ? { field: "baseBranch", sentence: text.composer.branchGone(draft.baseBranch) } : null);
  const errorIdOf = (field: string) => (problem?.field === field ? problemId : undefined);
  const agent = draft.model === "" ? draft.harness : `${draft.harness}:${draft.model}`;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would add a border and a legend */}
      <div role="group" aria-label={text.composer.settings} className={classes.chips}>
        <RepositoryChip
          repositories={repositories}
          chosen={draft.repositoryIds}
          errorId={errorIdOf("repositories")}
          onChange={onRepositories}
        />
        <BranchChip
          repositoryIds={draft.repositoryIds}
          branch={draft.baseBranch}
          defaultBranch={defaultBranch}
          errorId={errorIdOf("baseBranch")}
          onChange={(baseBranch) => onChange({ baseBranch })}
        />
        {draft.attempts.length === 0 && (
          <AgentChip
            agent={agent}
            defaultAgent={defaultAgent}
            describeDefault={text.composer.agent.usual}
            errorId={errorIdOf("agent")}
            onChange={(chosen) => onChange({ ...chosen, reasoningLevel: "" })}
          />
        )}
        <AttemptChips
          draft={draft}
          defaultAgent={agent === "" ? defaultAgent : agent}
          errorId={errorIdOf("agent")}
          onChange={onChange}
        />
        <OptionChips draft={draft} errorIdOf={errorIdOf} onChange={onChange} />
        {project.isShown && (
          <ProjectChip draft={draft} project={project} errorId={errorIdOf("project")} onChange={onChange} />
        )}
        {children}
      </div>
      {problem !== null && (
        <p role="alert" id={problemId} className={classes.problem}>
          {problem.sentence}
        </p>
      )}
    </>
  );
}

/** Returns true if a chosen repository does not have the branch, for example because it was deleted after a merge. */
function useIsBranchGone({ repositoryIds, baseBranch }: Draft): boolean {
  const { data, isPlaceholderData } = useQuery({
    ...sharedBranchesQuery(repositoryIds, baseBranch),
    enabled: baseBranch !== "" && repositoryIds.length > 0,
  });
  // A placeholder is the response for the previous branch.
  return baseBranch !== "" && data !== undefined && !isPlaceholderData && !data.includes(baseBranch);
}
