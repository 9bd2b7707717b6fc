/** The visual language: one accent, four spaces, one type scale. Every colour on a page comes from here. */
import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** Petrol: calm, and far enough from every state colour. */
const petrol: MantineColorsTuple = [
  "#e8f6f7", "#d3e9eb", "#a6d2d6", "#76bac0", "#50a6ad", "#3899a1", "#29939c", "#197f88", "#08717a", "#00626b",
];

export const theme = createTheme({
  primaryColor: "petrol",
  // White words on either can be read (WCAG AA); what is drawn on a dark ground takes a lighter shade, see charts/colours.
  primaryShade: { light: 8, dark: 7 },
  colors: { petrol },
  autoContrast: true,
  respectReducedMotion: true,
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, monospace",
  defaultRadius: "sm",
  cursorType: "pointer",
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "1.375rem" }, h2: { fontSize: "1.0625rem" }, h3: { fontSize: "0.9375rem" } } },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  spacing: { xs: "0.375rem", sm: "0.625rem", md: "1rem", lg: "1.5rem", xl: "2.25rem" },
  // The head of a dialog is no second banner of the page.
  components: { Modal: { defaultProps: { attributes: { header: { role: "presentation" } } } }, Drawer: { defaultProps: { attributes: { header: { role: "presentation" } } } } },
});
