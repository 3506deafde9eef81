import {
  Button,
  Collapse,
  Group,
  MultiSelect,
  Paper,
  SegmentedControl,
  SimpleGrid,
  Text,
  TextInput,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconPaperclip } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { repositoryBranches, repositoryChoices } from "../api/choices.ts";
import { tembo } from "../api/client.ts";
import { errorMessage } from "../api/query-client.ts";
import { usePerson } from "../api/who.ts";
import { commandsQuery } from "../completion/commands.ts";
import type { Scope } from "../completion/scope.ts";
import { Failed } from "../components/failed.tsx";
import { text } from "../text/index.ts";
import { AgentFields } from "./agent-fields.tsx";
import { AttachmentChips } from "./attachment-chips.tsx";
import { commonBranch } from "./common-branch.ts";
import classes from "./composer.module.css";
import type { ComposerSearch } from "./composer-search.ts";
import { hasWork, toSessionBody, toSessionOptions, useDraft, withGiven } from "./draft.ts";
import { invalidField, isMoreField } from "./invalid-field.ts";
import { MissingKey, useMissing, WithoutRepository } from "./missing.tsx";
import { MoreFields } from "./more-fields.tsx";
import { ProjectPicker } from "./project-picker.tsx";
import { PromptField } from "./prompt-field.tsx";
import { TemplatesMenu } from "./templates-menu.tsx";
import { type Attached, useAttachments } from "./use-attachments.ts";
import { useGivenFiles } from "./use-given-files.ts";
import { usePreparation } from "./use-preparation.ts";

/** Form for a new session. The draft is stored until the session is created. */
export function Composer({ given }: { readonly given?: ComposerSearch }) {
  const { draft, change, clear, startNext } = useDraft(usePerson().id);
  useGiven(given, change);
  const { data: repositories = [], isSuccess: areRepositoriesKnown } = useQuery(repositoryChoices);
  const { data: branches = new Map() } = useQuery(repositoryBranches);
  const targetHint = commonBranch(draft.repositoryIds, branches) ?? text.composer.baseBranchHint;
  const attach = useCallback(
    (attached: Attached) => change((old) => ({ attachments: [...old.attachments, attached] })),
    [change],
  );
  const { uploads, problems, add } = useAttachments(attach);
  const [isMoreOpen, more] = useDisclosure(false);
  const { isDragged, handlers } = useGivenFiles(add);
  const picker = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const scope: Scope = {
    repositories: repositories
      .filter(({ value }) => draft.repositoryIds.includes(value))
      .map(({ value, label }) => ({
        id: value,
        name: label.slice(label.lastIndexOf("/") + 1),
        branch: draft.baseBranch.trim() === "" ? null : draft.baseBranch.trim(),
      })),
    harness: draft.harness === "" ? null : draft.harness,
    announcedCommands: null,
  };
  const options = toSessionOptions(draft);
  const missing = useMissing(draft.harness, draft.model);
  const takePrepared = usePreparation({
    // The server prepares nothing for an agent that cannot run.
    options: missing === null ? JSON.stringify(options) : null,
    typed: draft.prompt,
    request: () => tembo.session.prepare(options, { maxRetries: 0 }),
  });
  const create = useMutation({
    mutationFn: async (queueRightAway: boolean) => {
      const hasCommand = queueRightAway && draft.prompt.trimStart().startsWith("/");
      const commands = hasCommand ? await queryClient.ensureQueryData(commandsQuery(scope)) : [];
      const preparedId = queueRightAway ? takePrepared() : undefined;
      return tembo.session.create({
        ...toSessionBody(draft, queueRightAway, commands),
        ...(preparedId !== undefined && { preparedId }),
      });
    },
    onSuccess: async ({ id }) => {
      startNext(repositories.map(({ value }) => value));
      void queryClient.invalidateQueries({ queryKey: ["sessions"] });
      await navigate({ to: "/sessions/$sessionId", params: { sessionId: id } });
    },
    onError: (error) => {
      if (isMoreField(invalidField(error))) more.open();
    },
  });
  const sentence = create.isError ? errorMessage(create.error) : "";
  const field = invalidField(create.error);
  const errorOf = (name: string) => (field === name ? sentence : null);
  const isComplete = draft.prompt.trim() !== "" && uploads.length === 0 && !create.isPending;
  const isReady = isComplete && typeof missing !== "string";
  const hasFiles = draft.attachments.length + uploads.length > 0;
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
          onChange={(prompt) => change({ prompt })}
          onRepository={(id) =>
            change((old) => ({ repositoryIds: [...new Set([...old.repositoryIds, id])] }))
          }
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
        <Group className={classes.tools} justify="space-between" gap="xs">
          <Group gap={4}>
            <Button
              size="xs"
              variant="subtle"
              color="gray"
              leftSection={<IconPaperclip size={15} aria-hidden />}
              onClick={() => picker.current?.click()}
            >
              {text.composer.attach}
            </Button>
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
          </Group>
          <SegmentedControl
            size="xs"
            aria-label={text.composer.mode.label}
            value={draft.mode}
            onChange={(mode) => change({ mode })}
            data={[
              { value: "normal", label: text.composer.mode.normal },
              { value: "planning", label: text.composer.mode.planning },
            ]}
          />
        </Group>
      </Paper>
      <MultiSelect
        label={text.composer.repositories}
        placeholder={draft.repositoryIds.length === 0 ? text.composer.repositoriesHint : ""}
        data={repositories}
        value={draft.repositoryIds.filter((id) => repositories.some(({ value }) => value === id))}
        onChange={(repositoryIds) => change({ repositoryIds })}
        error={errorOf("repositories")}
        searchable
        clearable
        nothingFoundMessage={
          repositories.length === 0 ? text.composer.noRepositories : text.general.nothingFound
        }
      />
      {areRepositoriesKnown && draft.repositoryIds.length === 0 && draft.projectId === "" && (
        <WithoutRepository repositories={repositories} onSelect={(id) => change({ repositoryIds: [id] })} />
      )}
      <ProjectPicker draft={draft} error={errorOf("project")} onChange={change} />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput
          label={text.composer.baseBranch}
          placeholder={text.composer.baseBranchHint}
          value={draft.baseBranch}
          error={errorOf("baseBranch")}
          onChange={({ currentTarget }) => change({ baseBranch: currentTarget.value })}
        />
        <AgentFields draft={draft} error={errorOf("agent")} onChange={change} />
      </SimpleGrid>
      <Button
        variant="subtle"
        color="gray"
        size="xs"
        className={classes.more}
        aria-expanded={isMoreOpen}
        rightSection={<IconChevronDown size={14} aria-hidden className={classes.chevron} />}
        onClick={more.toggle}
      >
        {text.composer.more}
      </Button>
      <Collapse expanded={isMoreOpen}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <MoreFields
            isOpen={isMoreOpen}
            draft={draft}
            targetHint={targetHint}
            errorOf={errorOf}
            onChange={change}
          />
        </SimpleGrid>
      </Collapse>
      {typeof missing === "string" && <MissingKey reason={missing} />}
      {create.isError && field === null && <Failed error={create.error} />}
      <Group justify="space-between" className={classes.actions}>
        <Text size="xs" c="dimmed">
          {hasWork(draft) ? text.composer.kept : text.composer.keys}
        </Text>
        <Group gap="xs">
          {hasWork(draft) && (
            <Button variant="subtle" color="gray" onClick={clear}>
              {text.composer.discard}
            </Button>
          )}
          <Button
            variant="default"
            disabled={!isComplete || hasFiles}
            title={hasFiles ? text.composer.draftHasNoFiles : undefined}
            loading={create.isPending && create.variables === false}
            onClick={() => create.mutate(false)}
          >
            {text.composer.saveDraft}
          </Button>
          <Button type="submit" disabled={!isReady} loading={create.isPending && create.variables === true}>
            {text.composer.start}
          </Button>
        </Group>
      </Group>
    </form>
  );
}

/**
 * Copies the repository and branch, or the project, that another page passed in the URL to the draft. Then removes them
 * from the URL.
 */
function useGiven(given: ComposerSearch | undefined, change: ReturnType<typeof useDraft>["change"]): void {
  const navigate = useNavigate();
  const { repository, branch, project } = given ?? {};
  useEffect(() => {
    if (repository === undefined && project === undefined) return;
    if (repository !== undefined) change((old) => withGiven(old, repository, branch));
    // Repositories of the last task would replace those of the project.
    if (project !== undefined)
      change((old) => ({ projectId: project, ...(old.prompt.trim() === "" && { repositoryIds: [] }) }));
    void navigate({ to: "/sessions/new", replace: true });
  }, [repository, branch, project, change, navigate]);
}
