import { Button, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { PullRequest } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { visibleName } from "../../components/visible-name.ts";
import { text } from "../../text/index.ts";
import classes from "./pull-request-page.module.css";

/** Conflicting files of a pull request, with an explanation and the next step. */
export function Conflicts({
  pullRequest: { session, sourceBranch, baseBranch },
  files,
}: {
  readonly pullRequest: PullRequest;
  readonly files: readonly string[];
}) {
  const words = text.review.merge.conflicts;
  const base = baseBranch ?? "";
  const ask = useMutation({
    mutationFn: (sessionId: string) =>
      tembo.messages.create({ sessionId, content: words.message(sourceBranch ?? "", base, files) }),
  });
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {words.title(files.length)}
      </Text>
      <ul className={classes.conflicts}>
        {files.map((file) => (
          <li key={file}>
            <code dir="auto">{visibleName(file)}</code>
          </li>
        ))}
      </ul>
      <Text size="sm">{words.explain(base)}</Text>
      {session !== null && !ask.isSuccess && (
        <Button size="xs" variant="default" loading={ask.isPending} onClick={() => ask.mutate(session.id)}>
          {words.ask}
        </Button>
      )}
      {ask.isSuccess && <Text size="sm">{words.asked}</Text>}
      {ask.isError && <Failed error={ask.error} />}
    </Stack>
  );
}
