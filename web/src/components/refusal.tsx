import { Alert } from "@mantine/core";
import { sentenceOf } from "../api/query-client.ts";

/** Why something that a person asked for was refused; nothing while it was not. */
export function Refusal({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  return (
    <Alert color="red" variant="light" role="alert" p="sm" style={{ overflowWrap: "anywhere" }}>
      <span dir="auto">{sentenceOf(error)}</span>
    </Alert>
  );
}
