import { Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Failed } from "../components/failed.tsx";
import { Loading } from "../components/loading/loading.tsx";
import { text } from "../text/index.ts";
import { AttemptColumn } from "./attempt-column.tsx";
import classes from "./attempts.module.css";
import { attemptsQuery } from "./attempts-query.ts";

/** Compares the attempts at one task, each in a column. */
export function AttemptsPage() {
  const { sessionId } = useParams({ from: "/inside/sessions/$sessionId/attempts" });
  const group = useQuery(attemptsQuery(sessionId));
  if (group.isLoadingError) return <Failed error={group.error} onRetry={() => void group.refetch()} />;
  if (group.data === undefined) return <Loading />;
  const { attempts, keptSessionId } = group.data;
  return (
    <div className={classes.page}>
      <Title order={1} className={classes.title} dir="auto">
        {attempts[0]?.title ?? text.attempts.label}
      </Title>
      <div className={classes.columns}>
        {attempts.map((attempt) => (
          <AttemptColumn
            key={attempt.sessionId}
            attempt={attempt}
            groupSessionId={sessionId}
            count={group.data.count}
            keptSessionId={keptSessionId}
          />
        ))}
      </div>
    </div>
  );
}
