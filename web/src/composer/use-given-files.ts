import { type ClipboardEvent, type DragEvent, useState } from "react";

/** For what words are written in: what takes files that are dropped on it or pasted, and whether some are held over it. */
export function useGivenFiles(onFiles: (files: Iterable<File>) => void) {
  const [isDragged, setDragged] = useState(false);
  const take = (event: DragEvent | ClipboardEvent, { files }: DataTransfer) => {
    // Words go where they are dropped or pasted.
    if (files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  };
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      setDragged(true);
    },
    onDragLeave: () => setDragged(false),
    onDrop: (event: DragEvent) => {
      setDragged(false);
      take(event, event.dataTransfer);
    },
    onPaste: (event: ClipboardEvent) => take(event, event.clipboardData),
  };
  return { isDragged, handlers };
}
