import { type Attachment, maxAttachmentBytes } from "@tembo-io/sdk";
import { useCallback, useEffect, useRef, useState } from "react";
import { tembo } from "../api/client.ts";
import { errorMessage } from "../api/query-client.ts";
import { text } from "../text/index.ts";

/** An uploaded file that has not been sent yet. */
export type Attached = Pick<Attachment, "id" | "name" | "sizeBytes">;

/** Returns the running uploads, an error message for each failed file and `add`, which uploads files. */
export function useAttachments(onUploaded: (attached: Attached) => void) {
  const [uploads, setUploads] = useState<readonly { readonly number: number; readonly name: string }[]>([]);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const count = useRef(0);
  const isUploading = uploads.length > 0;
  useEffect(() => {
    if (!isUploading) return;
    // Makes the browser ask for confirmation before the page closes, because closing would cancel the upload.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isUploading]);
  const add = useCallback(
    (files: Iterable<File>) => {
      setProblems([]);
      const addProblem = (problem: string) => setProblems((old) => [...old, problem]);
      for (const file of files) {
        if (file.size > maxAttachmentBytes) {
          addProblem(text.composer.tooLarge(file.name));
          continue;
        }
        const number = ++count.current;
        setUploads((old) => [...old, { number, name: file.name }]);
        tembo.attachments
          .create({ name: file.name, content: file })
          .then(
            ({ id, name, sizeBytes }) => onUploaded({ id, name, sizeBytes }),
            (error: unknown) => addProblem(`${file.name}: ${errorMessage(error)}`),
          )
          .finally(() => setUploads((old) => old.filter((upload) => upload.number !== number)));
      }
    },
    [onUploaded],
  );
  return { uploads, problems, add };
}
