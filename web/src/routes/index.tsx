import { Pulse } from "~/features/pulse/components/Pulse";

export default function PulsePage() {
  return <Pulse />;
}
