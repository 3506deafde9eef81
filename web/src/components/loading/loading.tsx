import { Center, Loader } from "@mantine/core";
import { text } from "../../text/index.ts";

export function Loading({
  label = text.general.loading,
  size = "md",
}: {
  readonly label?: string;
  readonly size?: "sm" | "md";
}) {
  return (
    <Center p="xl">
      <Loader size={size} aria-label={label} />
    </Center>
  );
}
