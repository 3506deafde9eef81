export interface ChosenRepository {
  readonly id: string;
  readonly name: string;
}

export const fullName = ({ owner, name }: { readonly owner: string | null; readonly name: string }) =>
  owner === null || name.includes("/") ? name : `${owner}/${name}`;
