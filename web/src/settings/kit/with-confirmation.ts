import { APIError } from "@tembo-io/sdk";

type Ask = (answer: (isConfirmed: boolean) => void) => void;
let ask: Ask | null = null;

/** Registers the function that asks for the password. Returns a function that unregisters it. */
export function answerConfirmationsBy(asker: Ask): () => void {
  ask = asker;
  return () => {
    ask = null;
  };
}

/**
 * Sends a request. If the server requires a password confirmation, asks for the password and then sends the request
 * again. Throws the server's error if the user does not confirm.
 */
export async function withConfirmation<Result>(request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof APIError && error.code === "confirmation_required") || ask === null) throw error;
    const isConfirmed = await new Promise<boolean>(ask);
    if (!isConfirmed) throw error;
    return request();
  }
}
