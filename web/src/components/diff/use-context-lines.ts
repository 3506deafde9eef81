import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { errorMessage } from "../../api/query-client.ts";
import { text } from "../../text/index.ts";
import { hasLines, linesOfContent, type Opened, openMore } from "./context.ts";
import type { OpenGap } from "./gap-row.tsx";
import type { DiffFile } from "./parse-patch.ts";

/** A commit from which the new version of each file can be read. */
export interface FileSource {
  readonly repositoryId: string;
  readonly sha: string;
}

export interface ContextLines {
  readonly opened: ReadonlyMap<number, Opened>;
  /** Lines of the new version, or null until a gap has been opened. */
  readonly lines: readonly string[] | null;
  /** Undefined if the file cannot be read. */
  readonly onOpen: OpenGap | undefined;
}

const none: ReadonlyMap<number, Opened> = new Map();

/** Returns the unchanged lines that the user has opened. Reads the file when the user opens the first gap. */
export function useContextLines(file: DiffFile, source: FileSource | null): ContextLines {
  const queryClient = useQueryClient();
  const [opened, setOpened] = useState(none);
  const [read, setRead] = useState<{ readonly of: DiffFile; readonly lines: readonly string[] } | null>(null);
  const isRead = read?.of === file;
  if (source === null) return { opened: none, lines: null, onOpen: undefined };
  const onOpen: OpenGap = async ({ index }, where, count) => {
    try {
      const lines = isRead ? read.lines : await readLines(file.path);
      if (!isRead) {
        if (!hasLines(file.hunks, lines)) throw new Error(text.diff.gap.moved);
        setRead({ of: file, lines });
      }
      setOpened((old) => {
        const before = isRead ? old : none;
        return new Map(before).set(index, openMore(before.get(index), where, count));
      });
    } catch (error) {
      notifications.show({ color: "red", message: errorMessage(error) });
    }
  };
  const readLines = async (path: string) => {
    const { repositoryId, sha } = source;
    const { content, leftOut } = await queryClient.fetchQuery({
      queryKey: ["repository", repositoryId, "file", sha, path],
      queryFn: ({ signal }) => tembo.repositories.file(repositoryId, { ref: sha, path }, { signal }),
      staleTime: Number.POSITIVE_INFINITY,
    });
    if (content === null) throw new Error(text.diff.gap.leftOut[leftOut ?? "binary"]);
    return linesOfContent(content);
  };
  return { opened: isRead ? opened : none, lines: isRead ? read.lines : null, onOpen };
}
