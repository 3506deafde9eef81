import { Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { tembo } from "../../../api/client.ts";
import { usePerson } from "../../../api/who.ts";
import { Failed } from "../../../components/failed.tsx";
import { Loading } from "../../../components/loading/loading.tsx";
import { MoreButton } from "../../../components/more-button.tsx";
import { TimeAgo } from "../../../components/time-ago.tsx";
import { text } from "../../../text/index.ts";
import { Nothing } from "../nothing.tsx";
import body from "../panel-body.module.css";
import type { PanelProps } from "../panel-props.ts";
import { versionOf } from "../version-of.ts";
import { parseContent } from "./content.ts";
import { ContentCard } from "./content-card.tsx";
import { fileFormat } from "./content-format.ts";
import classes from "./files-panel.module.css";
import { FolderList } from "./workspace/folder-list.tsx";
import { readEdit } from "./workspace/unsaved-edit.ts";
import { WorkspaceFileView } from "./workspace/workspace-file-view.tsx";

const PAGE_SIZE = 50;
const SEARCH_PAUSE_MS = 250;
const addingTypes = new Set(["message.queued", "artifact.created"]);
/** Types of the events after which files of the workspace may have changed. */
const changingTypes = new Set([
  "turn.started",
  "turn.step",
  "turn.completed",
  "turn.failed",
  "turn.cancelled",
]);

/** The files of the workspace, and below them the attachments and uploads. An open file replaces both. */
export function FilesPanel({ session, events }: PanelProps) {
  const userId = usePerson().id;
  const [path, setPath] = useState(() => readEdit({ userId, sessionId: session.id })?.path ?? null);
  const version = versionOf(events, changingTypes);
  if (path !== null)
    return (
      <div className={body.scroll}>
        <WorkspaceFileView session={session} path={path} version={version} onClose={() => setPath(null)} />
      </div>
    );
  return (
    <div className={body.scroll}>
      <section className={classes.section}>
        <Title order={3} mb="xs">
          {text.panel.workspace.title}
        </Title>
        <FolderList sessionId={session.id} path="" version={version} onOpen={setPath} />
      </section>
      <section>
        <Title order={3} mb="xs">
          {text.panel.files.title}
        </Title>
        <Attachments session={session} events={events} />
      </section>
    </div>
  );
}

/** Files attached to messages, and files that the agent uploaded from its workspace. */
function Attachments({ session, events }: PanelProps) {
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), SEARCH_PAUSE_MS);
  const query = useInfiniteQuery({
    queryKey: ["session", session.id, "files", search, versionOf(events, addingTypes)],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const { items, nextCursor } = await tembo.sessions.files.list(
        session.id,
        {
          limit: PAGE_SIZE,
          ...(search !== "" && { search }),
          ...(pageParam !== null && { cursor: pageParam }),
        },
        { signal },
      );
      return { items, nextCursor };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });
  const files = query.data?.pages.flatMap(({ items }) => items) ?? [];
  if (query.isSuccess && files.length === 0 && typed === "" && search === "")
    return <Nothing>{text.panel.files.none}</Nothing>;
  return (
    <>
      <TextInput
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        aria-label={text.panel.files.search}
        placeholder={text.panel.files.search}
        leftSection={<IconSearch size={15} aria-hidden />}
        mb="sm"
      />
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && files.length === 0 && <Nothing>{text.panel.files.noneFound}</Nothing>}
      <ul className={classes.list}>
        {files.map(({ id, path, createdAt }) => (
          <li key={id}>
            <ContentCard
              queryKey={["session", session.id, "file", id]}
              title={path}
              fileName={path.split("/").at(-1)!}
              format={fileFormat(path)}
              load={async (signal) =>
                parseContent((await tembo.sessions.files.retrieve(session.id, id, { signal })).content)
              }
            >
              <Text size="xs" c="dimmed">
                <TimeAgo at={createdAt} />
              </Text>
            </ContentCard>
          </li>
        ))}
      </ul>
      <MoreButton query={query} />
    </>
  );
}
