/** Ways to what is named: a person, a segment, a journey. */
import { Anchor, type AnchorProps } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

interface Named extends AnchorProps {
  id: string;
  children?: ReactNode;
}

const way = (to: string) =>
  function Way({ id, children, ...rest }: Named) {
    return (
      <Anchor component={Link} to={to} params={{ id } as never} inherit {...rest}>
        {children ?? id}
      </Anchor>
    );
  };

export const PersonLink = way("/people/$id");
export const SegmentLink = way("/segments/$id");
export const JourneyLink = way("/journeys/$id");
