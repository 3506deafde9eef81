import { type ClipboardEvent, type DragEvent, useState } from "react";

/**
 * Returns event handlers for a text field, which pass dropped and pasted files to `onFiles`. Also returns whether the
 * user drags files over the field.
 */
export function useGivenFiles(onFiles: (files: Iterable<File>) => void) {
  const [isDragged, setDragged] = useState(false);
  const take = (event: DragEvent | ClipboardEvent, { files }: DataTransfer) => {
    // Lets the browser handle text, which it inserts at the caret or at the drop position.
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
