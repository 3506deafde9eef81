import { Text } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { Artifact } from "@tembo-io/sdk";
import { tembo } from "../../../api/client.ts";
import { Failed } from "../../../components/failed.tsx";
import { Loading } from "../../../components/loading/loading.tsx";
import { MoreButton } from "../../../components/more-button.tsx";
import { TimeAgo } from "../../../components/time-ago.tsx";
import { text } from "../../../text/index.ts";
import { Nothing } from "../nothing.tsx";
import body from "../panel-body.module.css";
import type { PanelProps } from "../panel-props.ts";
import { versionOf } from "../version-of.ts";
import { fileNameOf, loadArtifact } from "./artifact-content.ts";
import { ContentCard } from "./content-card.tsx";
import { artifactFormat } from "./content-format.ts";
import classes from "./files-panel.module.css";

const PAGE_SIZE = 50;
const addingTypes = new Set(["artifact.created", "plan.proposed"]);

/** The session's artifacts, without its pull requests. */
export function ArtifactsPanel({ session, events }: PanelProps) {
  const query = useInfiniteQuery({
    queryKey: ["session", session.id, "artifacts", versionOf(events, addingTypes)],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const { items, nextCursor } = await tembo.artifacts.list(
        {
          sessionId: session.id,
          types: ["Plan", "Response", "File"],
          limit: PAGE_SIZE,
          ...(pageParam !== null && { cursor: pageParam }),
        },
        { signal },
      );
      return { items, nextCursor };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });
  if (query.isPending) {
    return <Loading />;
  }
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const artifacts = query.data.pages.flatMap(({ items }) => items);
  if (artifacts.length === 0) return <Nothing>{text.panel.artifacts.none}</Nothing>;
  return (
    <div className={body.scroll}>
      <ul className={classes.list}>
        {artifacts.map((artifact) => (
          <li key={artifact.id}>
            <ArtifactCard artifact={artifact} />
          </li>
        ))}
      </ul>
      <MoreButton query={query} />
    </div>
  );
}

function ArtifactCard({ artifact }: { readonly artifact: Artifact }) {
  const { type, title, description, fileKind, createdAt } = artifact;
  const kinds: Readonly<Record<string, string>> = text.panel.artifacts.kind;
  return (
    <ContentCard
      queryKey={["artifact", artifact.id, artifact.updatedAt]}
      title={title}
      fileName={fileNameOf(artifact)}
      format={artifactFormat(artifact)}
      sizeBytes={artifact.sizeBytes}
      load={(signal) => loadArtifact(artifact, signal)}
    >
      {description !== null && (
        <Text size="sm" className={classes.title} dir="auto">
          {description}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {kinds[type] ?? type} · {artifact.contentType ?? fileKind} · <TimeAgo at={createdAt} />
      </Text>
    </ContentCard>
  );
}
