import { PasswordInput, Textarea, TextInput } from "@mantine/core";

/** Input for each kind of field of a provider's credential. */
export const credentialInputs = { secret: PasswordInput, secretText: Textarea, text: TextInput };
