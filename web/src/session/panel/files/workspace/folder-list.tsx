import { UnstyledButton } from "@mantine/core";
import {
  IconChevronRight,
  IconFile,
  IconFileUnknown,
  IconFolder,
  IconFolderOpen,
  IconLink,
} from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { ConflictError, type WorkspaceEntry } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../../../api/client.ts";
import { Failed } from "../../../../components/failed.tsx";
import { Loading } from "../../../../components/loading/loading.tsx";
import { MoreButton } from "../../../../components/more-button.tsx";
import { visibleName } from "../../../../components/visible-name.ts";
import { formatBytes } from "../../../../format/numbers.ts";
import { text } from "../../../../text/index.ts";
import classes from "./workspace.module.css";

const words = text.panel.workspace;

interface FolderListProps {
  readonly sessionId: string;
  /** Path of the folder, or an empty string for the root of the workspace. */
  readonly path: string;
  /** Changes when a turn may have changed the files. */
  readonly version: number;
  readonly onOpen: (path: string) => void;
}

/** The entries of a folder of the workspace. Folders load their entries when they are expanded. */
export function FolderList({ sessionId, path, version, onOpen }: FolderListProps) {
  const query = useInfiniteQuery({
    queryKey: ["session", sessionId, "workspace", "tree", path, version],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      tembo.sessions.workspace.tree(
        sessionId,
        { ...(path !== "" && { path }), ...(pageParam !== null && { cursor: pageParam }) },
        { signal },
      ),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (query.isPending) return <Loading size="sm" />;
  // The server has no workspace before the first turn, or after it was removed.
  if (query.error instanceof ConflictError) return <p className={classes.hint}>{query.error.message}</p>;
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const entries = query.data.pages.flatMap(({ items }) => items);
  if (entries.length === 0) return <p className={classes.hint}>{words.emptyFolder}</p>;
  return (
    <>
      <ul className={classes.list} aria-label={path === "" ? words.tree : visibleName(path)}>
        {entries.map((entry) => (
          <li key={entry.name}>
            <Entry entry={entry} {...{ sessionId, version, onOpen }} path={join(path, entry.name)} />
          </li>
        ))}
      </ul>
      {query.isError && <Failed error={query.error} />}
      <MoreButton query={query} />
      {query.data.pages[0]?.isCut === true && <p className={classes.hint}>{words.cut}</p>}
    </>
  );
}

const join = (path: string, name: string) => (path === "" ? name : `${path}/${name}`);

function Entry({ entry, ...props }: FolderListProps & { readonly entry: WorkspaceEntry }) {
  const { kind, sizeBytes } = entry;
  const [isOpen, setIsOpen] = useState(false);
  const name = visibleName(entry.name);
  if (kind === "folder")
    return (
      <>
        <UnstyledButton className={classes.entry} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          <IconChevronRight size={14} className={classes.chevron} aria-hidden />
          {isOpen ? <IconFolderOpen size={16} aria-hidden /> : <IconFolder size={16} aria-hidden />}
          <span className={classes.name}>{name}</span>
        </UnstyledButton>
        {isOpen && (
          <div className={classes.nested}>
            <FolderList {...props} />
          </div>
        )}
      </>
    );
  if (kind === "file")
    return (
      <UnstyledButton className={classes.entry} onClick={() => props.onOpen(props.path)}>
        <span className={classes.chevron} />
        <IconFile size={16} aria-hidden />
        <span className={classes.name}>{name}</span>
        {sizeBytes !== null && <span className={classes.size}>{formatBytes(sizeBytes)}</span>}
      </UnstyledButton>
    );
  return (
    <div className={classes.entry}>
      <span className={classes.chevron} />
      {kind === "link" ? <IconLink size={16} aria-hidden /> : <IconFileUnknown size={16} aria-hidden />}
      <span className={classes.name}>{name}</span>
      <span className={classes.size}>{words.kind[kind]}</span>
    </div>
  );
}
