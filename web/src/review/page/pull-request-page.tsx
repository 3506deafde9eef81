import { Tabs, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { PullRequest } from "@tembo-io/sdk";
import { Suspense } from "react";
import { Failed } from "../../components/failed.tsx";
import { lazyPart } from "../../components/loading/lazy-part.ts";
import { Loading } from "../../components/loading/loading.tsx";
import { Markdown } from "../../components/markdown/markdown.tsx";
import { text } from "../../text/index.ts";
import { pullRequestQuery, pullRequestStatusQuery } from "../review-query.ts";
import { AgentPanel } from "./agent-panel.tsx";
import { Commits } from "./commits.tsx";
import { Conversation } from "./conversation/conversation.tsx";
import { MergePanel } from "./merge-panel.tsx";
import { PullRequestHead } from "./pull-request-head.tsx";
import classes from "./pull-request-page.module.css";
import { tabs } from "./pull-request-search.ts";

const ChangedFiles = lazyPart(async () => ({
  default: (await import("./files/changed-files.tsx")).ChangedFiles,
}));

export function PullRequestPage() {
  const { pullRequestId } = useParams({ from: "/inside/review/$pullRequestId" });
  const { tab } = useSearch({ from: "/inside/review/$pullRequestId" });
  const { data, isLoadingError, error, refetch } = useQuery(pullRequestQuery(pullRequestId));
  if (isLoadingError) return <Failed error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  return (
    <div className={classes.page}>
      <PullRequestHead pullRequest={data} />
      <div className={classes.columns} data-wide={tab === "files" || undefined}>
        <div className={classes.main}>
          <Parts key={data.id} pullRequest={data} />
        </div>
        <aside className={classes.side}>
          {data.session !== null && <AgentPanel pullRequestId={data.id} sessionId={data.session.id} />}
          <MergePanel pullRequest={data} />
          <Reviewers reviewers={data.reviewers} />
        </aside>
      </div>
    </div>
  );
}

function Parts({ pullRequest }: { readonly pullRequest: PullRequest }) {
  const { tab = "conversation" } = useSearch({ from: "/inside/review/$pullRequestId" });
  const navigate = useNavigate();
  const status = useQuery(pullRequestStatusQuery(pullRequest.id));
  const isHere = status.data?.reviewsHere === true;
  const shown = tabs.filter((one) => one !== "commits" || isHere);
  return (
    <Tabs
      value={tab}
      keepMounted={false}
      onChange={(to) => {
        const next = tabs.find((one) => one === to && one !== "conversation");
        void navigate({
          to: "/review/$pullRequestId",
          params: { pullRequestId: pullRequest.id },
          search: next === undefined ? {} : { tab: next },
          replace: true,
        });
      }}
    >
      <Tabs.List aria-label={text.review.tabs.label} mb="md">
        {shown.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {text.review.tabs[one]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="conversation" className={classes.main}>
        <Description body={pullRequest.description} />
        <Conversation pullRequest={pullRequest} status={status.data} />
      </Tabs.Panel>
      {isHere && (
        <Tabs.Panel value="commits">
          <Commits id={pullRequest.id} />
        </Tabs.Panel>
      )}
      <Tabs.Panel value="files">
        <section aria-labelledby="files">
          <Title order={2} id="files" mb="xs">
            {text.review.files.title}
          </Title>
          {status.isLoadingError && <Failed error={status.error} onRetry={() => void status.refetch()} />}
          <Suspense fallback={<Loading label={text.review.files.loading} />}>
            {status.data !== undefined && <ChangedFiles pullRequest={pullRequest} isHere={isHere} />}
          </Suspense>
        </section>
      </Tabs.Panel>
    </Tabs>
  );
}

function Description({ body }: { readonly body: string | null }) {
  return (
    <section aria-labelledby="description">
      <Title order={2} id="description" mb="xs">
        {text.review.description}
      </Title>
      {body === null || body.trim() === "" ? (
        <Text size="sm" c="dimmed">
          {text.review.noDescription}
        </Text>
      ) : (
        <div className={classes.description} dir="auto">
          <Markdown>{body}</Markdown>
        </div>
      )}
    </section>
  );
}

function Reviewers({ reviewers }: Pick<PullRequest, "reviewers">) {
  if (reviewers.length === 0) return null;
  return (
    <section className={classes.panel} aria-labelledby="reviewers">
      <Title order={2} id="reviewers" mb="xs">
        {text.review.reviewers}
      </Title>
      <ul className={classes.reviewers}>
        {reviewers.map(({ id, login, state }) => (
          <li key={id}>
            <strong dir="auto">{login}</strong> {text.review.reviewer[state]}
          </li>
        ))}
      </ul>
    </section>
  );
}
