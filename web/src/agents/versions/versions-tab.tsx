import { NavLink, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Agent, AgentContentRevision } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";
import { MoreButton } from "../../components/more-button.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { text } from "../../text/index.ts";
import { Version } from "./version.tsx";
import classes from "./versions-tab.module.css";

const { versions } = text.agents;

export function VersionsTab({ agent }: { readonly agent: Agent }) {
  const [chosen, setChosen] = useState(agent.contentVersion);
  const query = useInfiniteQuery({
    // Invalidating the agent's key also invalidates queries whose keys start with it.
    queryKey: ["agent", agent.id, "versions"],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam === null ? {} : { cursor: pageParam };
      const { items, nextCursor } = await tembo.agents.contentRevisions.list(agent.id, cursor, { signal });
      return { items, nextCursor };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Loading />;
  const items = query.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <Text c="dimmed">{versions.none}</Text>;
  return (
    <div className={classes.columns}>
      <nav aria-label={versions.list}>
        {items.map((revision) => (
          <NavLink
            key={revision.version}
            component="button"
            type="button"
            active={revision.version === chosen}
            aria-current={revision.version === chosen || undefined}
            onClick={() => setChosen(revision.version)}
            label={labelOf(revision, agent)}
            description={<About revision={revision} />}
          />
        ))}
        <MoreButton query={query} fullWidth />
      </nav>
      <Version agent={agent} version={chosen} onRestored={setChosen} />
    </div>
  );
}

function labelOf({ version }: AgentContentRevision, { contentVersion }: Agent): string {
  const name = versions.version(version);
  return version === contentVersion ? `${name} · ${versions.current}` : name;
}

function About({ revision }: { readonly revision: AgentContentRevision }) {
  const { source, authorName, restoredFromVersion, createdAt } = revision;
  return (
    <>
      {restoredFromVersion === null
        ? (versions.source[source] ?? source)
        : versions.restoredFrom(restoredFromVersion)}{" "}
      <TimeAgo at={createdAt} />
      {authorName !== null && <span dir="auto"> {versions.by(authorName)}</span>}
    </>
  );
}
