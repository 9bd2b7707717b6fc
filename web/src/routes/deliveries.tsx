import { Deliveries } from "~/features/deliveries/components/Deliveries";

export default function DeliveriesPage() {
  return <Deliveries />;
}
