import { ContactCard } from "~/features/contacts/components/card/ContactCard";

export default function ContactRoute() {
  return <ContactCard />;
}
