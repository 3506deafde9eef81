import { ActionIcon, Button, Group, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconDownload, IconPencil } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Session } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../../../api/client.ts";
import { usePerson } from "../../../../api/who.ts";
import { download } from "../../../../components/download.ts";
import { Failed } from "../../../../components/failed.tsx";
import { Code } from "../../../../components/highlight/code.tsx";
import { languageOf } from "../../../../components/highlight/language-of.ts";
import { Loading } from "../../../../components/loading/loading.tsx";
import { currentState } from "../../../../components/state-mark.tsx";
import { visibleName } from "../../../../components/visible-name.ts";
import { formatBytes } from "../../../../format/numbers.ts";
import { text } from "../../../../text/index.ts";
import { keepAliveQuery } from "../../../keep-alive-query.ts";
import { FileEditor } from "./file-editor.tsx";
import { readEdit, startEdit, storeEdit, withLf } from "./unsaved-edit.ts";
import classes from "./workspace.module.css";

const words = text.panel.workspace;

interface WorkspaceFileViewProps {
  readonly session: Session;
  readonly path: string;
  readonly version: number;
  readonly onClose: () => void;
}

/** A file of the workspace, with syntax highlighting. While a person edits it, new turns do not reload it. */
export function WorkspaceFileView({ session, path, version, onClose }: WorkspaceFileViewProps) {
  const { id: sessionId } = session;
  const kept = useQuery(keepAliveQuery(sessionId)).data;
  // The sandbox also runs during a turn.
  const canSave = kept?.isKept === true || currentState(session) === "inProgress";
  const owner = { userId: usePerson().id, sessionId };
  const { data, error, isPending, isError, refetch } = useQuery({
    queryKey: ["session", sessionId, "workspace", "file", path, version],
    queryFn: ({ signal }) => tembo.sessions.workspace.file(sessionId, { path }, { signal }),
    // The file stays in view while it is read again after a step of a turn.
    placeholderData: keepPreviousData,
    retry: false,
  });
  // Text and hash as read when editing began, because a newer version must not replace the person's text.
  const [edited, setEdited] = useState(() => {
    const stored = readEdit(owner);
    return stored?.path === path ? stored : null;
  });
  const name = visibleName(path);
  const end = () => {
    setEdited(null);
    storeEdit(owner, null);
    void refetch();
  };
  return (
    <section aria-label={name}>
      <Group gap="xs" wrap="nowrap" className={classes.fileHeader}>
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={onClose}
          disabled={edited !== null}
          aria-label={words.back}
        >
          <IconArrowLeft size={16} aria-hidden />
        </ActionIcon>
        <Title order={3} className={classes.fileTitle}>
          {name}
        </Title>
        {data !== undefined && <span className={classes.size}>{formatBytes(data.sizeBytes)}</span>}
      </Group>
      {data?.content != null && data.sha256 !== null && edited === null && (
        <Group gap="xs" className={classes.fileHeader}>
          {canSave && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPencil size={14} aria-hidden />}
              onClick={() => setEdited(startEdit({ path, sha256: data.sha256! }, data.content!))}
            >
              {words.edit}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => download(path.split("/").at(-1)!, "text/plain", [data.content!])}
          >
            {text.panel.download}
          </Button>
          {!canSave && kept !== undefined && (
            <Text size="xs" c="dimmed">
              {words.cannotEdit}
            </Text>
          )}
        </Group>
      )}
      {edited !== null && (
        <FileEditor
          owner={owner}
          edit={edited}
          original={data?.content != null && data.sha256 === edited.sha256 ? withLf(data.content) : null}
          onEnd={end}
        />
      )}
      {isPending && <Loading />}
      {isError && <Failed error={error} onRetry={() => void refetch()} />}
      {data?.leftOut != null && (
        <Text size="sm" c="dimmed">
          {words.leftOut[data.leftOut]}
        </Text>
      )}
      {edited === null && data?.content === "" && (
        <Text size="sm" c="dimmed">
          {text.browse.emptyFile}
        </Text>
      )}
      {edited === null && data?.content != null && data.content !== "" && (
        <div className={classes.code}>
          <Code name={name} language={languageOf(path)}>
            {data.content}
          </Code>
        </div>
      )}
    </section>
  );
}
