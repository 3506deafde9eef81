import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { SignedIn } from "@tembo-io/sdk";
import { keepPageSecret } from "../api/client.ts";

/**
 * Returns a mutation that signs in with `request` and opens `next`. Clears all cached data, because the data may belong
 * to another user.
 */
export function useSignIn(request: () => Promise<Pick<SignedIn, "pageSecret">>, next: string) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => request(),
    onSuccess: async ({ pageSecret }) => {
      keepPageSecret(pageSecret);
      queryClient.clear();
      await navigate({ href: next, replace: true });
    },
  });
}
