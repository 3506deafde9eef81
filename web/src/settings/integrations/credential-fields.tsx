import { PasswordInput, TextInput } from "@mantine/core";
import type { ForgeSetupField } from "@tembo-io/sdk";
import type { ConnectDraft } from "./connect-draft.ts";

export function CredentialFields({
  fields,
  values,
  onChange,
}: {
  readonly fields: readonly ForgeSetupField[];
  readonly values: ConnectDraft["values"];
  readonly onChange: (values: ConnectDraft["values"]) => void;
}) {
  return fields.map(({ name, kind, label, help }) => {
    const Input = kind === "secret" ? PasswordInput : TextInput;
    return (
      <Input
        key={name}
        label={label}
        description={help}
        value={values[name] ?? ""}
        onChange={(event) => onChange({ ...values, [name]: event.currentTarget.value })}
        autoComplete="off"
      />
    );
  });
}
