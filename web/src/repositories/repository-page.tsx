import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import type { Repository } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";
import { useForgeLabel } from "../api/providers.ts";
import { Failed } from "../components/failed.tsx";
import { Loading } from "../components/loading/loading.tsx";
import { currentState, StateMark } from "../components/state-mark.tsx";
import { TextLink } from "../components/text-link.tsx";
import { TimeAgo } from "../components/time-ago.tsx";
import { PullRequestMark } from "../review/pull-request-mark.tsx";
import { text } from "../text/index.ts";
import { Browse } from "./browse/browse.tsx";
import { Commands } from "./commands.tsx";
import { EnabledSwitch } from "./enabled-switch.tsx";
import classes from "./repositories.module.css";
import { nameOf, repositoryQuery } from "./repositories-query.ts";

const SHOWN = 10;

export function RepositoryPage() {
  const { repositoryId } = useParams({ from: "/inside/repositories/$repositoryId" });
  const search = useSearch({ from: "/inside/repositories/$repositoryId" });
  const { data, isLoadingError, error, refetch } = useQuery(repositoryQuery(repositoryId));
  if (isLoadingError) return <Failed error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  const isRoot = search.path === undefined && search.file === undefined;
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Title order={1} style={{ overflowWrap: "anywhere" }}>
          {nameOf(data)}
        </Title>
        <Group gap="md">
          <EnabledSwitch repository={data} label={text.repositories.enabledLabel} />
          {data.enabledAt !== null && (
            <Button
              leftSection={<IconPlus size={16} aria-hidden />}
              renderRoot={(props) => (
                <Link
                  to="/sessions/new"
                  search={{ repository: repositoryId, branch: search.ref }}
                  {...props}
                />
              )}
            >
              {text.browse.startSession}
            </Button>
          )}
        </Group>
      </header>
      <div className={classes.columns} data-whole={isRoot || undefined}>
        {data.enabledAt === null ? (
          <Text c="dimmed">{text.browse.disabled}</Text>
        ) : (
          <Browse repository={data} search={search} />
        )}
        {isRoot && (
          <aside className={classes.aside} aria-label={text.repositories.about}>
            <About repository={data} />
            <PullRequests repositoryId={repositoryId} />
            <Sessions repositoryId={repositoryId} />
          </aside>
        )}
      </div>
    </div>
  );
}

function About({ repository }: { readonly repository: Repository }) {
  const { url, provider, description, baseBranch } = repository;
  const forge = useForgeLabel(provider.type);
  return (
    <Stack gap="xs">
      {description !== null && <Text dir="auto">{description}</Text>}
      <Group gap="lg">
        <Text size="sm">{forge}</Text>
        <Text size="sm">
          {text.repositories.branch} <code dir="auto">{baseBranch}</code>
        </Text>
        {provider.type !== "local" && (
          <Anchor href={url} target="_blank" rel="noreferrer" size="sm">
            {text.repositories.openOnForge(forge)}
          </Anchor>
        )}
      </Group>
      <Commands lines={[`git clone ${url}`]} />
      {provider.type === "local" && (
        <>
          <Text size="sm">{text.repositories.push.password}</Text>
          <Commands lines={["tembo key create"]} />
        </>
      )}
    </Stack>
  );
}

function PullRequests({ repositoryId }: { readonly repositoryId: string }) {
  const words = text.repositories;
  const query = useQuery({
    queryKey: ["pullRequests", "ofRepository", repositoryId],
    queryFn: ({ signal }) =>
      tembo.pullRequests.list({ repositoryIds: [repositoryId], state: "open", limit: SHOWN }, { signal }),
  });
  const items = query.data?.items ?? [];
  return (
    <Stack component="section" gap="xs" aria-labelledby="pull-requests">
      <Group justify="space-between">
        <Title order={2} id="pull-requests">
          {words.pullRequests}
        </Title>
        <TextLink to="/review" search={{ repository: repositoryId }} size="sm">
          {words.allPullRequests}
        </TextLink>
      </Group>
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && <Text c="dimmed">{words.noPullRequests}</Text>}
      {items.length > 0 && (
        <ul className={classes.links}>
          {items.map((pullRequest) => (
            <li key={pullRequest.id}>
              <PullRequestMark pullRequest={pullRequest} />
              <TextLink
                to="/review/$pullRequestId"
                params={{ pullRequestId: pullRequest.id }}
                size="sm"
                dir="auto"
              >
                {pullRequest.title ?? text.review.untitled}
              </TextLink>
              <Text size="xs" c="dimmed">
                <TimeAgo at={pullRequest.updatedAt} />
              </Text>
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}

function Sessions({ repositoryId }: { readonly repositoryId: string }) {
  const words = text.repositories;
  const query = useQuery({
    queryKey: ["sessions", "ofRepository", repositoryId],
    queryFn: ({ signal }) =>
      tembo.sessions.list({ repositoryIds: [repositoryId], state: "active", limit: SHOWN }, { signal }),
  });
  const items = query.data?.items ?? [];
  return (
    <Stack component="section" gap="xs" aria-labelledby="sessions">
      <Group justify="space-between">
        <Title order={2} id="sessions">
          {words.sessions}
        </Title>
        <TextLink to="/sessions" search={{ repository: repositoryId }} size="sm">
          {words.allSessions}
        </TextLink>
      </Group>
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && <Text c="dimmed">{words.noSessions}</Text>}
      {items.length > 0 && (
        <ul className={classes.links}>
          {items.map((session) => (
            <li key={session.id}>
              <StateMark state={currentState(session)} />
              <TextLink to="/sessions/$sessionId" params={{ sessionId: session.id }} size="sm" dir="auto">
                {session.title}
              </TextLink>
              <Text size="xs" c="dimmed">
                <TimeAgo at={session.lastQueuedAt ?? session.createdAt} />
              </Text>
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}
