/** Subject of a token that permits git to read and write one repository of the built-in forge. */
export const gitSubject = ({ owner, name }: { readonly owner: string; readonly name: string }) =>
  `git ${owner}/${name}`;
