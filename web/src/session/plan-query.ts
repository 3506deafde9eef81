import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Plan } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";

/** Prefix of the query keys of all plans of a session. */
export const plansKey = (sessionId: string) => ["plan", sessionId];

/** The newest plan of a session. Each proposed plan has its own key, so it triggers a new request. */
export const planQuery = (sessionId: string, artifactId: string) =>
  queryOptions({
    queryKey: [...plansKey(sessionId), artifactId],
    queryFn: ({ signal }) => tembo.sessions.plan.retrieve(sessionId, { signal }),
  });

/**
 * Returns the decisions on a plan. Each request names the plan that the person read, so that the decision never applies
 * to a newer one.
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
