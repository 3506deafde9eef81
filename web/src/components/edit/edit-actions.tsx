import { Alert, Button, Group } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import { Refusal } from "../refusal.tsx";
import type { Edit } from "./use-edit.ts";

interface EditText {
  readonly moved: string;
  readonly takeTheirs: string;
  readonly keepMine: string;
  readonly save: string;
  readonly discard: string;
}

/** Buttons that save or discard edits, with the reason if they cannot be saved. */
export function EditActions({
  edit: { isDirty, hasMoved, discard, keep },
  save,
  text,
}: {
  readonly edit: Edit<unknown>;
  readonly save: Pick<UseMutationResult, "error" | "isPending">;
  readonly text: EditText;
}) {
  return (
    <>
      {hasMoved && !save.isPending && (
        <Alert color="yellow" role="alert" title={text.moved}>
          <Group gap="sm">
            <Button size="xs" variant="default" onClick={discard}>
              {text.takeTheirs}
            </Button>
            <Button size="xs" variant="default" onClick={keep}>
              {text.keepMine}
            </Button>
          </Group>
        </Alert>
      )}
      <Refusal error={save.error} />
      <Group>
        <Button type="submit" loading={save.isPending} disabled={!isDirty || hasMoved}>
          {text.save}
        </Button>
        {isDirty && (
          <Button variant="default" onClick={discard} disabled={save.isPending}>
            {text.discard}
          </Button>
        )}
      </Group>
    </>
  );
}
