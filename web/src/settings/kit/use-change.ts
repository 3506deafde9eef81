import { notifications } from "@mantine/notifications";
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { withConfirmation } from "./with-confirmation.ts";

interface Change<Result> {
  /** Keys of the queries to invalidate after the change. */
  readonly stale: readonly QueryKey[];
  /** Message of the success notification. Not set if the result is visible on the page. */
  readonly done?: string | ((result: Result) => string);
  readonly onDone?: (result: Result) => void;
}

/**
 * Returns a mutation that sends a change to the server. The page shows the change only after the server has accepted
 * it. Asks for the password if the server requires it.
 */
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
