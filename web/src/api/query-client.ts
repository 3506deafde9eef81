import { QueryCache, QueryClient } from "@tanstack/react-query";
import { APIError, AuthenticationError } from "@tembo-io/sdk";

/** `onSignedOut` is told when an answer shows that nobody is signed in any more. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof AuthenticationError) onSignedOut();
      },
    }),
    // The SDK tries again by itself.
    defaultOptions: {
      queries: { retry: false, staleTime: 5_000, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
}

/** The sentence of an error for a person. */
export function sentenceOf(error: unknown): string {
  if (error instanceof APIError || error instanceof Error) return error.message;
  return String(error);
}
