import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { SessionListItem } from "@tembo-io/sdk";
import { useCallback, useState } from "react";
import { errorMessage } from "../../api/query-client.ts";
import { text } from "../../text/index.ts";
import { type BulkName, bulkActions } from "./bulk-actions.ts";
import { type BulkResult, runBulk } from "./run-bulk.ts";

const words = text.sessions.bulk;
/** Time during which an action can be undone. A notice of failures stays until it is closed. */
const UNDO_MS = 10_000;
const SHOWN_FAILURES = 3;

/**
 * Returns a function that changes several sessions, and the name of the running action. The function reports the result,
 * offers to undo it, and calls `onDone` with the sessions that need no further action.
 */
export function useBulk(onDone: (sessionIds: readonly string[]) => void) {
  const client = useQueryClient();
  const [running, setRunning] = useState<BulkName | null>(null);
  const run = useCallback(
    async (name: BulkName, sessions: readonly SessionListItem[]): Promise<void> => {
      const { run: change, changes, reverse } = bulkActions[name];
      setRunning(name);
      const result = await runBulk(sessions.filter(changes), change);
      setRunning(null);
      const failed = new Set(result.failed.map(({ item }) => item.id));
      onDone(sessions.flatMap(({ id }) => (failed.has(id) ? [] : [id])));
      const undo = async (ended: readonly SessionListItem[]) => {
        showResult(reverse!, await runBulk(ended, bulkActions[reverse!].run), null);
        await client.invalidateQueries({ queryKey: ["sessions"] });
      };
      showResult(name, result, reverse === null ? null : (ended) => void undo(ended));
      await client.invalidateQueries({ queryKey: ["sessions"] });
    },
    [client, onDone],
  );
  return { run, running };
}

function showResult(
  name: BulkName,
  { done, failed }: BulkResult<SessionListItem>,
  undo: ((sessions: readonly SessionListItem[]) => void) | null,
): void {
  const id = crypto.randomUUID();
  const onUndo = () => {
    notifications.hide(id);
    undo?.(done);
  };
  notifications.show({
    id,
    autoClose: failed.length === 0 && UNDO_MS,
    ...(failed.length > 0 && { color: "red" }),
    message: (
      <Group justify="space-between" wrap="nowrap" align={failed.length > 0 ? "start" : "center"}>
        <div>
          <Text size="sm">{words.result(name, done.length, failed.length)}</Text>
          {failed.slice(0, SHOWN_FAILURES).map(({ item, error }) => (
            <Text key={item.id} size="sm" c="dimmed" dir="auto">
              {words.failure(item.title, errorMessage(error))}
            </Text>
          ))}
          {failed.length > SHOWN_FAILURES && (
            <Text size="sm" c="dimmed">
              {words.moreFailures(failed.length - SHOWN_FAILURES)}
            </Text>
          )}
        </div>
        {undo !== null && done.length > 0 && (
          <Button size="compact-sm" variant="default" onClick={onUndo} style={{ flex: "none" }}>
            {words.undo}
          </Button>
        )}
      </Group>
    ),
  });
}
