import { QueryCache, QueryClient } from "@tanstack/react-query";
import { APIError, AuthenticationError } from "@tembo-io/sdk";

/** Creates the query client. Calls `onSignedOut` when a response shows that the user is no longer signed in. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof AuthenticationError) onSignedOut();
      },
    }),
    // The SDK already retries requests.
    defaultOptions: {
      queries: { retry: false, staleTime: 5_000, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
}

export function errorMessage(error: unknown): string {
  if (error instanceof APIError || error instanceof Error) return error.message;
  return String(error);
}
