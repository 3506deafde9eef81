import { notifications } from "@mantine/notifications";
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { withConfirmation } from "./with-confirmation.ts";

interface Change<Result> {
  /** What is asked for anew afterwards. */
  readonly stale: readonly QueryKey[];
  /** Said to the person; nothing when it can be seen. */
  readonly done?: string | ((result: Result) => string);
  readonly onDone?: (result: Result) => void;
}

/** Has the server change something. The page shows it when the server says that it is so, and not before. */
export function useChange<Result, Body = void>(
  request: (body: Body) => Promise<Result>,
  { stale, done, onDone }: Change<Result>,
) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: Body) => withConfirmation(() => request(body)),
    onSuccess: async (result) => {
      await Promise.all(stale.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
      if (done !== undefined)
        notifications.show({ message: typeof done === "string" ? done : done(result), color: "teal" });
      onDone?.(result);
    },
  });
}
