import { useMutation } from "@tanstack/react-query";
import type { Attachment } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";

/** Files that were uploaded for the message that is being written. */
export function useAttachments() {
  const [attachments, setAttachments] = useState<readonly Attachment[]>([]);
  const upload = useMutation({
    mutationFn: async (files: readonly File[]) => {
      for (const file of files) {
        const attachment = await tembo.attachments.create({ name: file.name, content: file });
        setAttachments((known) => [...known, attachment]);
      }
    },
  });
  return {
    attachments,
    failure: upload.error,
    isUploading: upload.isPending,
    add: (files: readonly File[]) => upload.mutate(files),
    remove: (id: string) => setAttachments((known) => known.filter((attachment) => attachment.id !== id)),
  };
}
