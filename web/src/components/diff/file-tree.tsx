import { UnstyledButton } from "@mantine/core";
import {
  IconChevronDown,
  IconChevronRight,
  IconFile,
  IconFileMinus,
  IconFilePlus,
} from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { text } from "../../text/index.ts";
import { visibleName } from "../visible-name.ts";
import classes from "./file-tree.module.css";
import { LineCounts } from "./line-counts.tsx";
import type { DiffFile } from "./parse-patch.ts";
import { type FileNode, type FolderNode, treeOfFiles } from "./tree-of-files.ts";

interface FileTreeProps {
  readonly files: readonly DiffFile[];
  /** Called with the index of a file in `files`. */
  readonly onSelect: (index: number) => void;
}

/** Tree of the changed files, with the number of changed lines per file. */
export function FileTree({ files, onSelect }: FileTreeProps) {
  const root = useMemo(() => treeOfFiles(files), [files]);
  return (
    <nav aria-label={text.diff.tree}>
      <Inside folder={root} onSelect={onSelect} />
    </nav>
  );
}

type Select = Pick<FileTreeProps, "onSelect">;

function Inside({ folder, onSelect }: Select & { readonly folder: FolderNode }) {
  return (
    <ul className={classes.list}>
      {folder.folders.map((inner) => (
        <Folder key={inner.path} folder={inner} onSelect={onSelect} />
      ))}
      {folder.files.map((node) => (
        <li key={node.index}>
          <FileLine node={node} onSelect={onSelect} />
        </li>
      ))}
    </ul>
  );
}

function Folder({ folder, onSelect }: Select & { readonly folder: FolderNode }) {
  const [isOpen, setIsOpen] = useState(true);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <li>
      <UnstyledButton className={classes.entry} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <Chevron size={14} aria-hidden />
        <span className={classes.name} dir="auto">
          {visibleName(folder.name)}
        </span>
      </UnstyledButton>
      {isOpen && <Inside folder={folder} onSelect={onSelect} />}
    </li>
  );
}

const icons = {
  added: IconFilePlus,
  deleted: IconFileMinus,
  modified: IconFile,
  renamed: IconFile,
  copied: IconFile,
};

function FileLine({ node, onSelect }: Select & { readonly node: FileNode }) {
  const { name, file, index } = node;
  const Icon = icons[file.kind];
  return (
    <UnstyledButton className={classes.entry} title={file.path} onClick={() => onSelect(index)}>
      <Icon size={14} stroke={1.7} aria-label={text.diff.kind[file.kind]} role="img" />
      <span className={classes.name} dir="auto">
        {visibleName(name)}
      </span>
      {!file.isBinary && <LineCounts additions={file.additions} deletions={file.deletions} />}
    </UnstyledButton>
  );
}
