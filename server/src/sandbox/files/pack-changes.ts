import { deletedFilesFolder } from "../../core/turns/index.ts";

/**
 * Shell script that writes an archive of the current folder without the files in git of the folders named by `$@`, as `Omissions` describes.
 * Each path begins with "./" and ends with a null byte, so that no name becomes an option. `diff-files` reports a file below a link as
 * deleted, so that the archive has no path through a link. Files with the index's marks for unchanged files, and submodules, are never in
 * the list of changes, so the archive always contains them. Exits with 2 if the list is incomplete, because 1 means for tar(1) that a file
 * changed meanwhile.
 */
export const packingChanges = (tar: string) => `
export LC_ALL=C
scratch=$(mktemp -d) || exit 2
trap 'rm -rf -- "$scratch"' EXIT
deleted=$scratch/${deletedFilesFolder}
mkdir "$deleted" || exit 2

repository() {
  git -c core.fsmonitor=false --git-dir=.git --work-tree=. "$@"
}
list_deleted() {
  repository diff-files -z --name-only --diff-filter=D
}
list_changed() {
  repository diff-files -z --name-only --diff-filter=d &&
    repository ls-files -z --others --exclude-standard &&
    repository ls-files -z -v > "$scratch/marked" &&
    sed -z -n 's/^[a-zS] //p' "$scratch/marked" &&
    repository ls-files -z --stage > "$scratch/staged" &&
    sed -z -n 's/^160000 [^\\t]*\\t//p' "$scratch/staged"
}
list_repository() {
  if [ -L "./$1" ] || [ -L "./$1/.git" ] || [ ! -d "./$1/.git" ]; then return 1; fi
  (cd "./$1" && list_deleted > "$deleted/$1" && list_changed > "$scratch/changed") || return
  printf './%s/.git\\0' "$1" &&
    xargs -0 -r sh -c 'for path; do printf "./%s/%s\\0" "$0" "$path" || exit; done' "$1" < "$scratch/changed"
}
list_entry() {
  entry=$1
  shift
  for name; do
    if [ "$entry" = "$name" ] && list_repository "$name"; then return; fi
  done
  rm -f -- "$deleted/$entry" && printf './%s\\0' "$entry"
}

for entry in * .[!.]* ..?*; do
  if [ "$entry" = ${deletedFilesFolder} ]; then continue; fi
  if [ -e "./$entry" ] || [ -L "./$entry" ]; then list_entry "$entry" "$@" || exit 2; fi
done > "$scratch/list" || exit 2
set --
if ! rmdir "$deleted" 2>/dev/null; then set -- --directory "$scratch" ./${deletedFilesFolder}; fi
${tar} --null --no-unquote --files-from "$scratch/list" "$@"
`;
