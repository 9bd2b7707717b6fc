/** A part whose words or code are still read: a skeleton of its height in its place, so that the page around it stays. */
import { Skeleton } from "@mantine/core";
import { type ReactNode, Suspense } from "react";

export function Soon({ height, children }: { height: number | string; children: ReactNode }) {
  return <Suspense fallback={<Skeleton h={height} />}>{children}</Suspense>;
}
