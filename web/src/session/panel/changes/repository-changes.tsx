import { Text, Title } from "@mantine/core";
import type { SessionDiffWithData } from "@tembo-io/sdk";
import { Diff } from "../../../components/diff/diff.tsx";
import type { DiffFile } from "../../../components/diff/parse-patch.ts";
import { type DiffPlace, diffPlace } from "../../../components/diff/place.ts";
import { WrittenComment } from "../../../components/diff/written-comment.tsx";
import { text } from "../../../text/index.ts";
import classes from "./changes-panel.module.css";
import type { DiffView } from "./changes-toolbar.tsx";
import type { LineComment } from "./comments.ts";

interface RepositoryChangesProps {
  readonly diff: SessionDiffWithData;
  readonly files: readonly DiffFile[];
  /** True if no other repository has changed. */
  readonly isOne: boolean;
  readonly view: DiffView;
  readonly comments: readonly LineComment[];
  readonly onComment: (comment: Omit<LineComment, "id">) => void;
  readonly onRemove: (id: string) => void;
}

export function RepositoryChanges(props: RepositoryChangesProps) {
  const { diff, files, isOne, view, comments, onComment, onRemove } = props;
  const { root, branch, changedFiles } = diff;
  return (
    <section className={classes.repository} aria-label={root}>
      {!isOne && (
        <Title order={3} dir="auto">
          {root}{" "}
          {branch !== null && (
            <Text span size="xs" c="dimmed">
              {text.panel.changes.branch(branch)}
            </Text>
          )}
        </Title>
      )}
      <Diff
        name={diff.id}
        files={files}
        view={view}
        annotations={comments.map((comment) => ({
          ...comment,
          content: <WrittenComment body={comment.body} onRemove={() => onRemove(comment.id)} />,
        }))}
        onComment={(place, body) => onComment({ root, ...place, quoted: lineAt(files, place), body })}
      />
      {files.length < changedFiles && (
        <Text size="sm" c="dimmed">
          {text.panel.changes.cut}
        </Text>
      )}
    </section>
  );
}

function lineAt(files: readonly DiffFile[], { path, side, line }: DiffPlace): string {
  const file = files.find((each) => each.path === path);
  const changes = file?.hunks.flatMap((hunk) => hunk.changes) ?? [];
  const change = changes.find((each) => {
    const place = diffPlace(file!, each);
    return place.side === side && place.line === line;
  });
  return change?.content ?? "";
}
