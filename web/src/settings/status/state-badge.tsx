import { Badge } from "@mantine/core";

/** State in a table. The badge keeps its width, so that a narrow column never cuts its text. */
export function StateBadge({ color, name }: { readonly color: string; readonly name: string }) {
  return (
    <Badge size="sm" variant="light" color={color} miw="max-content">
      {name}
    </Badge>
  );
}
