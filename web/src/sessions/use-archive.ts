import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Session } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";
import { errorMessage } from "../api/query-client.ts";
import { sessionQuery } from "../session/session-query.ts";
import { text } from "../text/index.ts";

/** Archives a session, or restores an archived one. */
export function useArchive() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, archivedAt }: Pick<Session, "id" | "archivedAt">) =>
      tembo.sessions.update(id, { archived: archivedAt === null }),
    onSuccess: (session) => {
      const { wasArchived, wasUnarchived } = text.sessions;
      notifications.show({ message: session.archivedAt === null ? wasUnarchived : wasArchived });
      client.setQueryData(sessionQuery(session.id).queryKey, session);
      return client.invalidateQueries({ queryKey: ["sessions"] });
    },
    onError: (error) =>
      notifications.show({ color: "red", title: text.general.failed, message: errorMessage(error) }),
  });
}
