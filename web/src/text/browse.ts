export const browse = {
  title: "Files",
  branch: "Branch",
  breadcrumb: "Path",
  find: "Find a file",
  entries: "Files and folders",
  found: "Files that were found",
  kind: { file: "File", folder: "Folder", link: "Link", submodule: "Submodule" },
  cut: "There is more than is looked through. Find a file by a longer part of its path, or go into a folder.",
  emptyFolder: "Nothing lies here.",
  nothingFound: (sought: string) => `No file has “${sought}” in its path here.`,
  empty: "Nothing was pushed to it yet.",
  disabled: "Let sessions use it to see its files.",
  stale: "Its forge did not answer just now. This is how it was when it was last fetched.",
  view: "View",
  preview: "Preview",
  source: "Source",
  code: (name: string) => `Text of ${name}`,
  emptyFile: "The file is empty.",
  directionMarks:
    "This file holds marks that turn the direction of text. What you see may be in another order than what a program reads.",
  leftOut: {
    binary: (_sha: string) => "This file is no text.",
    tooLarge: (_sha: string) => "This file is larger than 1 MiB, and is not shown here.",
    submodule: (sha: string) =>
      `Another repository stands here, at the commit ${sha}. Its files are seen there.`,
  },
  startSession: "Start a session",
};
