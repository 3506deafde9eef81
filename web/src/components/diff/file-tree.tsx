import { TextInput, UnstyledButton } from "@mantine/core";
import {
  IconCheck,
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
  /** Paths of the viewed files. */
  readonly viewed: ReadonlySet<string>;
  /** Called with the index of a file in `files`. */
  readonly onSelect: (index: number) => void;
}

/** Maximum number of files in a tree whose folders are open at first. */
const MAX_OPEN_FILES = 1_000;

/** Tree of the changed files, with the number of changed lines per file and a filter. */
export function FileTree({ files, viewed, onSelect }: FileTreeProps) {
  const [filter, setFilter] = useState("");
  const sought = filter.trim().toLowerCase();
  const root = useMemo(
    () => treeOfFiles(files, (file) => file.path.toLowerCase().includes(sought)),
    [files, sought],
  );
  const isEmpty = root.folders.length + root.files.length === 0;
  return (
    <nav aria-label={text.diff.tree}>
      <TextInput
        size="xs"
        mb={6}
        aria-label={text.diff.filter}
        placeholder={text.diff.filter}
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      {isEmpty && <p className={classes.none}>{text.diff.noneFound}</p>}
      <Inside
        // A filter opens all folders again.
        key={sought}
        folder={root}
        isOpen={sought !== "" || files.length <= MAX_OPEN_FILES}
        viewed={viewed}
        onSelect={onSelect}
      />
    </nav>
  );
}

interface InsideProps extends Pick<FileTreeProps, "viewed" | "onSelect"> {
  readonly folder: FolderNode;
  /** True if the folders are open at first. */
  readonly isOpen: boolean;
}

function Inside({ folder, ...props }: InsideProps) {
  return (
    <ul className={classes.list}>
      {folder.folders.map((inner) => (
        <Folder key={inner.path} folder={inner} {...props} />
      ))}
      {folder.files.map((node) => (
        <li key={node.index} className={classes.leaf}>
          <FileLine node={node} isViewed={props.viewed.has(node.file.path)} onSelect={props.onSelect} />
        </li>
      ))}
    </ul>
  );
}

function Folder(props: InsideProps) {
  const [isOpen, setIsOpen] = useState(props.isOpen);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <li>
      <UnstyledButton className={classes.entry} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <Chevron size={14} aria-hidden />
        <span className={classes.name} dir="auto">
          {visibleName(props.folder.name)}
        </span>
      </UnstyledButton>
      {isOpen && <Inside {...props} />}
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

interface FileLineProps extends Pick<FileTreeProps, "onSelect"> {
  readonly node: FileNode;
  readonly isViewed: boolean;
}

function FileLine({ node, isViewed, onSelect }: FileLineProps) {
  const { name, file, index } = node;
  const Icon = isViewed ? IconCheck : icons[file.kind];
  return (
    <UnstyledButton
      className={classes.entry}
      data-viewed={isViewed || undefined}
      title={file.path}
      onClick={() => onSelect(index)}
    >
      <Icon
        size={14}
        stroke={1.7}
        aria-label={isViewed ? text.diff.viewed : text.diff.kind[file.kind]}
        role="img"
      />
      <span className={classes.name} dir="auto">
        {visibleName(name)}
      </span>
      {!file.isBinary && <LineCounts additions={file.additions} deletions={file.deletions} />}
    </UnstyledButton>
  );
}
