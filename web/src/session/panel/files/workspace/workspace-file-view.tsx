import { ActionIcon, Group, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { tembo } from "../../../../api/client.ts";
import { Failed } from "../../../../components/failed.tsx";
import { languageOf } from "../../../../components/highlight/language-of.ts";
import { Loading } from "../../../../components/loading/loading.tsx";
import { visibleName } from "../../../../components/visible-name.ts";
import { formatBytes } from "../../../../format/numbers.ts";
import { Code } from "../../../../repositories/browse/code.tsx";
import { text } from "../../../../text/index.ts";
import classes from "./workspace.module.css";

const words = text.panel.workspace;

interface WorkspaceFileViewProps {
  readonly sessionId: string;
  readonly path: string;
  readonly version: number;
  readonly onClose: () => void;
}

/** A file of the workspace, with syntax highlighting. */
export function WorkspaceFileView({ sessionId, path, version, onClose }: WorkspaceFileViewProps) {
  const { data, error, isPending, isError, refetch } = useQuery({
    queryKey: ["session", sessionId, "workspace", "file", path, version],
    queryFn: ({ signal }) => tembo.sessions.workspace.file(sessionId, { path }, { signal }),
    retry: false,
  });
  const name = visibleName(path);
  return (
    <section aria-label={name}>
      <Group gap="xs" wrap="nowrap" className={classes.fileHeader}>
        <ActionIcon variant="subtle" color="gray" onClick={onClose} aria-label={words.back}>
          <IconArrowLeft size={16} aria-hidden />
        </ActionIcon>
        <Title order={3} className={classes.fileTitle}>
          {name}
        </Title>
        {data !== undefined && <span className={classes.size}>{formatBytes(data.sizeBytes)}</span>}
      </Group>
      {isPending && <Loading />}
      {isError && <Failed error={error} onRetry={() => void refetch()} />}
      {data?.leftOut != null && (
        <Text size="sm" c="dimmed">
          {words.leftOut[data.leftOut]}
        </Text>
      )}
      {data?.content === "" && (
        <Text size="sm" c="dimmed">
          {text.browse.emptyFile}
        </Text>
      )}
      {data?.content != null && data.content !== "" && (
        <div className={classes.code}>
          <Code name={name} language={languageOf(path)}>
            {data.content}
          </Code>
        </div>
      )}
    </section>
  );
}
