import { Pill } from "@mantine/core";
import type { Attachment } from "@tembo-io/sdk";
import { text } from "../../text/index.ts";

export function AttachmentChips({
  attachments,
  onRemove,
}: {
  readonly attachments: readonly Attachment[];
  readonly onRemove: (id: string) => void;
}) {
  if (attachments.length === 0) return null;
  return (
    <Pill.Group>
      {attachments.map(({ id, name }) => (
        <Pill
          key={id}
          withRemoveButton
          onRemove={() => onRemove(id)}
          removeButtonProps={{
            "aria-label": text.session.composer.remove(name),
            "aria-hidden": false,
            tabIndex: 0,
          }}
        >
          <bdi>{name}</bdi>
        </Pill>
      ))}
    </Pill.Group>
  );
}
