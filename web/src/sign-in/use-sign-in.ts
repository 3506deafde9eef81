import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

/** Signs somebody in by `request`, and goes on to `next` as that person: nothing that another one saw is kept. */
export function useSignIn(request: () => Promise<unknown>, next: string) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => request(),
    onSuccess: async () => {
      queryClient.clear();
      await navigate({ href: next, replace: true });
    },
  });
}
