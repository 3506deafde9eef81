import { Button } from "@mantine/core";
import { IconPaperclip } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { text } from "../../text/index.ts";
import type { AttachmentName } from "../transcript/item.ts";

/** Link that downloads the file. An untrusted file is never opened inside the page. */
export function AttachmentLink({ attachment }: { readonly attachment: AttachmentName }) {
  const save = useMutation({
    mutationFn: async () => {
      const response = await tembo.attachments.content(attachment.id);
      const url = URL.createObjectURL(await response.blob());
      const link = Object.assign(document.createElement("a"), { href: url, download: attachment.name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    },
  });
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconPaperclip size={13} aria-hidden />}
        loading={save.isPending}
        onClick={() => save.mutate()}
        aria-label={text.session.saveAttachment(attachment.name)}
      >
        <bdi>{attachment.name}</bdi>
      </Button>
      {save.isError && <Failed error={save.error} onRetry={() => save.mutate()} />}
    </>
  );
}
