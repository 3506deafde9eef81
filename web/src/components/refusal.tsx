import { Alert } from "@mantine/core";
import { errorMessage } from "../api/query-client.ts";

/** Alert that states why a request failed. Renders nothing if `error` is null or undefined. */
export function Refusal({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  return (
    <Alert color="red" variant="light" role="alert" p="sm" style={{ overflowWrap: "anywhere" }}>
      <span dir="auto">{errorMessage(error)}</span>
    </Alert>
  );
}
