import { PasswordInput, Text } from "@mantine/core";
import { text } from "../text/index.ts";

/** Minimum password length that the server accepts. */
const LEAST_LENGTH = 10;
const MOST_LENGTH = 200;

/** Input for a new password. Shows how many characters are missing. */
export function NewPasswordInput({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const toGo = LEAST_LENGTH - value.length;
  return (
    <div>
      <PasswordInput
        label={label}
        description={text.signIn.newPassword.rule}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        autoComplete="new-password"
        minLength={LEAST_LENGTH}
        maxLength={MOST_LENGTH}
        withAsterisk={false}
        required
      />
      <Text
        size="xs"
        mt={4}
        mih="1.5em"
        c={toGo > 0 ? "dimmed" : "var(--mantine-primary-color-text)"}
        aria-live="polite"
      >
        {value !== "" &&
          (toGo > 0 ? text.signIn.newPassword.length(toGo) : text.signIn.newPassword.longEnough)}
      </Text>
    </div>
  );
}
