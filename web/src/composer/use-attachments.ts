import { useCallback, useRef, useState } from "react";
import { tembo } from "../api/client.ts";
import { sentenceOf } from "../api/query-client.ts";
import { text } from "../text/index.ts";
import type { Draft } from "./draft.ts";

const MOST_BYTES = 10 * 1024 * 1024;

/** Uploads files as they are given, and tells of each that did not get through. */
export function useAttachments(change: (by: (old: Draft) => Partial<Draft>) => void) {
  const [uploads, setUploads] = useState<readonly { readonly number: number; readonly name: string }[]>([]);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const count = useRef(0);
  const add = useCallback(
    (files: Iterable<File>) => {
      setProblems([]);
      const say = (problem: string) => setProblems((old) => [...old, problem]);
      for (const file of files) {
        if (file.size > MOST_BYTES) {
          say(text.composer.tooLarge(file.name));
          continue;
        }
        const number = ++count.current;
        setUploads((old) => [...old, { number, name: file.name }]);
        tembo.attachments
          .create({ name: file.name, content: file })
          .then(
            ({ id, name, sizeBytes }) =>
              change((old) => ({ attachments: [...old.attachments, { id, name, sizeBytes }] })),
            (error: unknown) => say(`${file.name}: ${sentenceOf(error)}`),
          )
          .finally(() => setUploads((old) => old.filter((upload) => upload.number !== number)));
      }
    },
    [change],
  );
  return { uploads, problems, add };
}
