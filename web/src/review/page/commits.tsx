import { Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { text } from "../../text/index.ts";
import classes from "./conversation/conversation.module.css";
import { commitsQuery } from "./conversation/conversation-query.ts";

const SHA_LENGTH = 7;

/** Commits of a pull request, oldest first. */
export function Commits({ id }: { readonly id: string }) {
  const words = text.review.commits;
  const { data, isLoadingError, error, refetch } = useQuery(commitsQuery(id));
  if (isLoadingError) return <Failed error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading label={words.loading} />;
  return (
    <section aria-labelledby="commits">
      <Title order={2} id="commits" mb="xs">
        {words.title}
      </Title>
      {data.length === 0 && <Text size="sm">{words.none}</Text>}
      {data.length > 0 && (
        <ol className={classes.commits}>
          {data.map(({ sha, message, author, committedAt }) => (
            <li key={sha} className={classes.commit}>
              <div className={classes.commitWords}>
                <p dir="auto">
                  <strong>{titleOf(message)}</strong>
                </p>
                <Text size="xs" c="dimmed" component="p">
                  <bdi>{author.name}</bdi> <TimeAgo at={committedAt} />
                </Text>
              </div>
              <code className={classes.sha}>{sha.slice(0, SHA_LENGTH)}</code>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

export const titleOf = (message: string) => message.split("\n", 1)[0] ?? "";
