import { Alert, Group, Paper, SegmentedControl, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { RepositoryFile } from "@tembo-io/sdk";
import { useState } from "react";
import { Failed } from "../../components/failed.tsx";
import { Code } from "../../components/highlight/code.tsx";
import { languageOf } from "../../components/highlight/language-of.ts";
import { Loading } from "../../components/loading/loading.tsx";
import { MAX_MARKDOWN, Markdown } from "../../components/markdown/markdown.tsx";
import { formatBytes } from "../../format/numbers.ts";
import { text } from "../../text/index.ts";
import classes from "./browse.module.css";
import { fileQuery, nameIn, type Place } from "./browse-query.ts";

const words = text.browse;

/** Shows a text file, or a message for a file of any other type. */
export function FileView(place: Place & { readonly path: string }) {
  const { data, isLoadingError, error, refetch } = useQuery(fileQuery(place));
  if (isLoadingError) return <Failed error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading size="sm" />;
  return <Shown key={data.sha} file={data} />;
}

function Shown({ file }: { readonly file: RepositoryFile }) {
  const { path, kind, sizeBytes, content } = file;
  const [view, setView] = useState("preview");
  const hasPreview =
    kind === "file" && content !== null && isMarkdown(path) && content.length <= MAX_MARKDOWN;
  return (
    <>
      {file.isStale && <Stale />}
      <Paper withBorder className={classes.card}>
        <Group justify="space-between" className={classes.cardHeader}>
          <Text size="sm" c="dimmed">
            {words.kind[kind]}
            {sizeBytes !== null && ` · ${formatBytes(sizeBytes)}`}
          </Text>
          {hasPreview && (
            <SegmentedControl
              size="xs"
              aria-label={words.view}
              value={view}
              onChange={setView}
              data={[
                { value: "preview", label: words.preview },
                { value: "code", label: words.source },
              ]}
            />
          )}
        </Group>
        {content === null ? (
          <Text p="md" c="dimmed">
            {words.leftOut[file.leftOut ?? "binary"](file.sha)}
          </Text>
        ) : hasPreview && view === "preview" ? (
          <div className={classes.markdown}>
            <Markdown>{content}</Markdown>
          </div>
        ) : content === "" ? (
          <Text p="md" c="dimmed">
            {words.emptyFile}
          </Text>
        ) : (
          <Code name={nameIn(path)} language={languageOf(path)}>
            {content}
          </Code>
        )}
      </Paper>
    </>
  );
}

export function Stale() {
  return (
    <Alert color="yellow" variant="light" role="status">
      {words.stale}
    </Alert>
  );
}

export const isMarkdown = (path: string): boolean => /\.(?:md|markdown)$/i.test(path);
