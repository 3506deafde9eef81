import { IconRoute } from "@tabler/icons-react";
import { TextLink } from "../../components/text-link.tsx";
import { text } from "../../text/index.ts";

export const TourLink = ({ pullRequestId }: { readonly pullRequestId: string }) => (
  <TextLink to="/review/$pullRequestId/tour" params={{ pullRequestId }} size="sm">
    <IconRoute size={14} aria-hidden style={{ verticalAlign: -2 }} /> {text.tour.open}
  </TextLink>
);
