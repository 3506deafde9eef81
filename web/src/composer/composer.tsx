import { Button, Collapse, Paper, SimpleGrid, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAdjustmentsHorizontal, IconPaperclip } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { repositoryBranches, repositoryChoices } from "../api/choices.ts";
import { tembo } from "../api/client.ts";
import { errorMessage } from "../api/query-client.ts";
import { usePerson } from "../api/who.ts";
import { commandsQuery } from "../completion/commands.ts";
import type { Scope } from "../completion/scope.ts";
import { SendHint } from "../completion/send-hint.tsx";
import { mayHaveCommand } from "../completion/split-command.ts";
import { Failed } from "../components/failed.tsx";
import { text } from "../text/index.ts";
import { AttachmentChips } from "./attachment-chips.tsx";
import chipClasses from "./chips/chips.module.css";
import { Chips } from "./chips/chips.tsx";
import { useProject } from "./chips/project-chip.tsx";
import { commonBranch } from "./common-branch.ts";
import classes from "./composer.module.css";
import type { ComposerSearch } from "./composer-search.ts";
import { hasWork, toSessionBody, toSessionOptions } from "./draft.ts";
import { invalidField, isChipField, isMoreField } from "./invalid-field.ts";
import { MissingKey, useAgent, WithoutRepository } from "./missing.tsx";
import { MoreFields } from "./more-fields.tsx";
import { PromptField } from "./prompt-field.tsx";
import { withGiven, withRepositories } from "./remembered.ts";
import { TemplatesMenu } from "./templates-menu.tsx";
import { type Attached, useAttachments } from "./use-attachments.ts";
import { useDraft } from "./use-draft.ts";
import { useGivenFiles } from "./use-given-files.ts";
import { usePreparation } from "./use-preparation.ts";

/** Maximum number of repositories in the list. With fewer, an ID that the list does not contain no longer exists. */
const MAX_LISTED = 100;

/** Form for a new session. The draft is stored until the session is created. */
export function Composer({ given }: { readonly given?: ComposerSearch }) {
  const { draft, change, changeFrom, clear, finish } = useDraft(usePerson().id);
  useGiven(given, change, changeFrom);
  const selectRepositories = useCallback(
    (by: (ids: readonly string[]) => readonly string[]) =>
      changeFrom((old, remembered) => withRepositories(old, by(old.repositoryIds), remembered)),
    [changeFrom],
  );
  const { data: repositories = [], isSuccess: areRepositoriesKnown } = useQuery(repositoryChoices);
  const { data: branches = new Map() } = useQuery(repositoryBranches);
  const { repositoryIds } = draft;
  const defaultBranch = commonBranch(repositoryIds, branches);
  const known = repositoryIds.filter((id) => repositories.some(({ value }) => value === id));
  const isOneGone =
    areRepositoriesKnown && repositories.length < MAX_LISTED && known.length < repositoryIds.length;
  useEffect(() => {
    if (isOneGone) selectRepositories((ids) => ids.filter((id) => branches.has(id)));
  }, [isOneGone, selectRepositories, branches]);
  const attach = useCallback(
    (attached: Attached) => change((old) => ({ attachments: [...old.attachments, attached] })),
    [change],
  );
  const { uploads, problems, add } = useAttachments(attach);
  const [isMoreOpen, more] = useDisclosure(false);
  const [wantsDraft, setWantsDraft] = useState(false);
  const { isDragged, handlers } = useGivenFiles(add);
  const picker = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const scope: Scope = {
    repositories: repositories
      .filter(({ value }) => repositoryIds.includes(value))
      .map(({ value, label }) => ({
        id: value,
        name: label.slice(label.lastIndexOf("/") + 1),
        branch: draft.baseBranch.trim() === "" ? null : draft.baseBranch.trim(),
      })),
    harness: draft.harness === "" ? null : draft.harness,
    announcedCommands: null,
  };
  const options = toSessionOptions(draft);
  const agent = useAgent(draft.harness, draft.model, draft.attempts);
  const { missing } = agent;
  const project = useProject(draft);
  const takePrepared = usePreparation({
    // The server prepares nothing for an agent that cannot run.
    options: missing === null ? JSON.stringify(options) : null,
    typed: draft.prompt,
    request: () => tembo.session.prepare(options, { maxRetries: 0 }),
  });
  const create = useMutation({
    mutationFn: async (queueRightAway: boolean) => {
      const hasCommand = queueRightAway && mayHaveCommand(draft.prompt);
      const commands = hasCommand ? await queryClient.ensureQueryData(commandsQuery(scope)) : [];
      const preparedId = queueRightAway ? takePrepared() : undefined;
      return tembo.session.create({
        ...toSessionBody(draft, queueRightAway, commands),
        ...(preparedId !== undefined && { preparedId }),
      });
    },
    onSuccess: ({ id, attempts }) => {
      finish(draft);
      void queryClient.invalidateQueries({ queryKey: ["sessions"] });
      const to = attempts === undefined ? "/sessions/$sessionId" : "/sessions/$sessionId/attempts";
      void navigate({ to, params: { sessionId: id } });
    },
    onError: (error) => {
      if (isMoreField(invalidField(error))) more.open();
    },
  });
  // The form stays as it was sent until the session's page opens.
  const isBusy = create.isPending || create.isSuccess;
  const sentence = create.isError ? errorMessage(create.error) : "";
  const field = invalidField(create.error);
  const errorOf = (name: string) => (field === name ? sentence : null);
  const isComplete = draft.prompt.trim() !== "" && uploads.length === 0 && !isBusy;
  const isReady = isComplete && typeof missing !== "string";
  const draftProblem =
    draft.attachments.length + uploads.length > 0
      ? text.composer.draftHasNoFiles
      : draft.attempts.length > 1
        ? text.attempts.draftHasNone
        : null;
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) create.mutate(true);
      }}
    >
      <Paper withBorder className={classes.box} data-dragged={isDragged || undefined} {...handlers}>
        <PromptField
          value={draft.prompt}
          scope={scope}
          error={errorOf("prompt")}
          isReadOnly={isBusy}
          onChange={(prompt) => change({ prompt })}
          onRepository={(id) => selectRepositories((ids) => [...new Set([...ids, id])])}
          onSubmit={() => isReady && create.mutate(true)}
        />
        <AttachmentChips
          attachments={draft.attachments}
          uploads={uploads}
          problems={problems}
          onRemove={(id) =>
            change((old) => ({ attachments: old.attachments.filter((one) => one.id !== id) }))
          }
        />
        <div className={classes.tools}>
          <button
            type="button"
            className={`${chipClasses.chip} ${chipClasses.tool}`}
            onClick={() => picker.current?.click()}
          >
            <IconPaperclip size={14} aria-hidden />
            <span className={chipClasses.shown}>{text.composer.attach}</span>
          </button>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={({ currentTarget }) => {
              add([...(currentTarget.files ?? [])]);
              currentTarget.value = "";
            }}
          />
          <TemplatesMenu
            onChoose={(words) =>
              change(({ prompt }) => ({ prompt: prompt.trim() === "" ? words : `${prompt}\n\n${words}` }))
            }
          />
          <div className={classes.actions}>
            {hasWork(draft) && !isBusy && (
              <Button size="xs" variant="subtle" color="gray" onClick={clear}>
                {text.composer.discard}
              </Button>
            )}
            <Button
              size="xs"
              variant="default"
              disabled={!isComplete}
              loading={isBusy && create.variables === false}
              onClick={() => (draftProblem === null ? create.mutate(false) : setWantsDraft(true))}
            >
              {text.composer.saveDraft}
            </Button>
            <SendHint />
            <Button
              type="submit"
              size="xs"
              disabled={!isReady && !isBusy}
              loading={isBusy && create.variables === true}
            >
              {text.composer.start}
            </Button>
          </div>
        </div>
      </Paper>
      {wantsDraft && draftProblem !== null && (
        <p role="alert" className={classes.problem}>
          {draftProblem}
        </p>
      )}
      <Chips
        draft={draft}
        repositories={repositories}
        defaultBranch={defaultBranch}
        defaultAgent={agent.defaultAgent}
        project={project}
        error={isChipField(field) ? { field: field!, sentence } : null}
        onRepositories={(ids) => selectRepositories(() => ids)}
        onChange={change}
      >
        <button
          type="button"
          className={chipClasses.chip}
          aria-label={text.composer.more}
          title={text.composer.more}
          aria-expanded={isMoreOpen}
          onClick={more.toggle}
        >
          <IconAdjustmentsHorizontal size={16} aria-hidden />
        </button>
      </Chips>
      <Collapse expanded={isMoreOpen}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <MoreFields
            isOpen={isMoreOpen}
            draft={draft}
            targetHint={defaultBranch ?? text.composer.targetHint}
            reasoningLevels={agent.reasoningLevels}
            errorOf={errorOf}
            onChange={change}
          />
        </SimpleGrid>
      </Collapse>
      {project.note !== "" && (
        <Text size="sm" c="dimmed">
          {project.note}
        </Text>
      )}
      {areRepositoriesKnown && repositoryIds.length === 0 && draft.projectId === "" && (
        <WithoutRepository repositories={repositories} onSelect={(id) => selectRepositories(() => [id])} />
      )}
      {typeof missing === "string" && <MissingKey reason={missing} />}
      {create.isError && field === null && <Failed error={create.error} />}
      {hasWork(draft) && (
        <Text size="xs" c="dimmed">
          {text.composer.kept}
        </Text>
      )}
    </form>
  );
}

/**
 * Copies the repository and branch, or the project, that another page passed in the URL to the draft. Then removes them
 * from the URL.
 */
function useGiven(
  given: ComposerSearch | undefined,
  change: ReturnType<typeof useDraft>["change"],
  changeFrom: ReturnType<typeof useDraft>["changeFrom"],
): void {
  const navigate = useNavigate();
  const { repository, branch, project } = given ?? {};
  useEffect(() => {
    if (repository === undefined && project === undefined) return;
    if (repository !== undefined)
      changeFrom((old, remembered) => withGiven(old, { repository, branch }, remembered));
    // Repositories of the last task would replace those of the project.
    if (project !== undefined)
      change((old) => ({ projectId: project, ...(old.prompt.trim() === "" && { repositoryIds: [] }) }));
    void navigate({ to: "/sessions/new", replace: true });
  }, [repository, branch, project, change, changeFrom, navigate]);
}
