import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Plan } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";

/** Of every plan that the session's rows asked for. */
export const plansKey = (sessionId: string) => ["plan", sessionId];

/** The newest plan of a session; asked for anew with each that is proposed. */
export const planQuery = (sessionId: string, artifactId: string) =>
  queryOptions({
    queryKey: [...plansKey(sessionId), artifactId],
    queryFn: ({ signal }) => tembo.sessions.plan.retrieve(sessionId, { signal }),
  });

/** Each names the plan that was read, so that a newer one is not decided on unseen. */
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
