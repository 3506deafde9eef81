import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Plan } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";

/** Prefix of the query keys of all plans of a session. */
export const plansKey = (sessionId: string) => ["plan", sessionId];

/** The session's newest plan. The key contains the plan's artifact ID, so each proposed plan triggers a new request. */
export const planQuery = (sessionId: string, artifactId: string) =>
  queryOptions({
    queryKey: [...plansKey(sessionId), artifactId],
    queryFn: ({ signal }) => tembo.sessions.plan.retrieve(sessionId, { signal }),
  });

/**
 * Returns the actions for a plan. Each request contains the ID of the displayed plan, so that the server rejects a
 * decision if there is a newer plan.
 */
export function usePlanDecision({ sessionId, artifactId }: Plan) {
  const client = useQueryClient();
  const onSuccess = (plan: Plan) => client.setQueryData(planQuery(sessionId, artifactId).queryKey, plan);
  const approve = useMutation({
    mutationFn: () => tembo.sessions.plan.approve(sessionId, { artifactId }),
    onSuccess,
  });
  const save = useMutation({
    mutationFn: (content: string) => tembo.sessions.plan.update(sessionId, { artifactId, content }),
    onSuccess,
  });
  const reject = useMutation({
    mutationFn: (comment: string) => tembo.sessions.plan.reject(sessionId, { artifactId, comment }),
    onSuccess,
  });
  return { approve, save, reject };
}
