import { Paper, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { RepositoryTreeEntry } from "@tembo-io/sdk";
import { Failed } from "../../components/failed.tsx";
import { Markdown } from "../../components/markdown/markdown.tsx";
import classes from "./browse.module.css";
import { fileQuery, type Place } from "./browse-query.ts";
import { isMarkdown } from "./file-view.tsx";

const isReadme = ({ kind, name }: RepositoryTreeEntry) =>
  kind === "file" && /^readme(?:\.(?:md|markdown|txt))?$/i.test(name);

export function Readme({ entries, ...place }: Place & { readonly entries: readonly RepositoryTreeEntry[] }) {
  const entry = entries.find(isReadme);
  return entry === undefined ? null : <Shown {...place} path={entry.path} name={entry.name} />;
}

function Shown({ name, ...place }: Place & { readonly path: string; readonly name: string }) {
  const { data, isLoadingError, error } = useQuery(fileQuery(place));
  if (isLoadingError) return <Failed error={error} />;
  if (data === undefined || data.content === null) return null;
  return (
    <Paper withBorder className={classes.card} component="section" aria-label={name}>
      <Text size="sm" fw={600} className={classes.cardTitle}>
        <bdi>{name}</bdi>
      </Text>
      <div className={classes.markdown}>
        {isMarkdown(name) ? (
          <Markdown>{data.content}</Markdown>
        ) : (
          <div className={classes.plain} dir="auto">
            {data.content}
          </div>
        )}
      </div>
    </Paper>
  );
}
