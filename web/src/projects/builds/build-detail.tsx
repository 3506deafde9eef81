import { Alert, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { NotFoundError, type ProjectBuild, sandboxSizeName } from "@tembo-io/sdk";
import { useEffect, useRef, useState } from "react";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";
import { NotFound } from "../../components/not-found.tsx";
import { TextLink } from "../../components/text-link.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { formatDateTime } from "../../format/dates.ts";
import { formatDuration } from "../../format/duration.ts";
import { ConfirmButton } from "../../settings/kit/confirm-button.tsx";
import { useChange } from "../../settings/kit/use-change.ts";
import { projectsText } from "../../text/projects/index.ts";
import { ScriptEditor } from "../form/script-editor.tsx";
import { buildQuery, isActive, projectChanged } from "../projects-query.ts";
import { BuildLog } from "./build-log.tsx";
import { BuildMark } from "./build-mark.tsx";
import classes from "./builds.module.css";

const words = projectsText.builds;

/** Page part for a build, with its state, progress, failure, log and setup script. */
export function BuildDetail({
  projectId,
  buildId,
}: {
  readonly projectId: string;
  readonly buildId: string;
}) {
  const query = useQuery(buildQuery(projectId, buildId));
  const build = query.data;
  const [attempt, setAttempt] = useState(0);
  useFinished(build);
  if (query.error instanceof NotFoundError) return <NotFound />;
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (build === undefined) return <Loading />;
  const { status, failure, setupScript, snapshotId } = build;
  return (
    <Stack gap="md">
      <TextLink to="/projects/$projectId" params={{ projectId }} search={{ tab: "builds" }} size="sm">
        {words.back}
      </TextLink>
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <BuildMark status={status} />
          <Title order={2}>{words.of(formatDateTime(new Date(build.createdAt)))}</Title>
        </Group>
        {isActive(build) && <CancelButton build={build} />}
      </Group>
      <Facts build={build} />
      <BuildProgress build={build} />
      {failure !== null && (
        <Alert color="red" variant="light" title={words.failed} role="alert">
          <Text size="sm" dir="auto" className={classes.failure}>
            {failure}
          </Text>
          <Text size="sm" mt="xs">
            {words.unchanged}
          </Text>
        </Alert>
      )}
      {snapshotId !== null && (
        <TextLink to="/projects/$projectId" params={{ projectId }} search={{ tab: "environments" }} size="sm">
          {words.environment}
        </TextLink>
      )}
      <BuildLog
        key={`${buildId} ${attempt}`}
        projectId={projectId}
        buildId={buildId}
        isActive={isActive(build)}
        isLost={query.isRefetchError}
        onRetry={() => setAttempt(attempt + 1)}
      />
      {setupScript !== null && <ScriptEditor label={words.setup} value={setupScript} readOnly />}
    </Stack>
  );
}

/** Reloads the project's data when an active build ends, because its environment may have changed. */
function useFinished(build: ProjectBuild | undefined): void {
  const queryClient = useQueryClient();
  const activeId = useRef<string>(undefined);
  useEffect(() => {
    if (build === undefined) return;
    if (isActive(build)) activeId.current = build.id;
    else if (activeId.current === build.id) {
      activeId.current = undefined;
      void projectChanged(queryClient, build.projectId);
    }
  }, [queryClient, build]);
}

function Facts({ build }: { readonly build: ProjectBuild }) {
  const { status, trigger, sandboxSize, durationMs, createdAt } = build;
  return (
    <div className={classes.facts}>
      <span>{words.state[status]}</span>
      <span>
        {words.trigger[trigger]} <TimeAgo at={createdAt} />
      </span>
      {durationMs !== null && <span>{formatDuration(durationMs)}</span>}
      <span>{words.size(sandboxSizeName(sandboxSize))}</span>
    </div>
  );
}

function BuildProgress({ build: { status, progress } }: { readonly build: ProjectBuild }) {
  if (status === "pending")
    return (
      <Text size="sm" role="status">
        {words.waiting}
      </Text>
    );
  if (status !== "running" || progress === null) return null;
  const { phase, message, percent } = progress;
  const parts = [phase, message, percent === null ? null : words.percent(Math.round(percent))];
  return (
    <Stack gap={6}>
      <Text size="sm" dir="auto" role="status" style={{ overflowWrap: "anywhere" }}>
        {parts.filter((part) => part !== null).join(" · ")}
      </Text>
      {percent !== null && <Progress value={percent} aria-label={words.progress} />}
    </Stack>
  );
}

function CancelButton({ build: { projectId, id } }: { readonly build: ProjectBuild }) {
  const cancel = useChange(() => tembo.projects.builds.cancel(projectId, id), {
    stale: [["project", projectId], ["projects"]],
  });
  return (
    <ConfirmButton
      label={words.cancel}
      question={words.cancelQuestion}
      consequence={words.cancelConsequence}
      change={cancel}
      variant="default"
      cancelLabel={words.keep}
    />
  );
}
