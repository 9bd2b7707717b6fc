/** Files to and from the reader's disk. */
import { askFile } from "~/lib/api/request";

/** Have the browser keep something as a file. */
export function keep(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // some browsers read it later
}

/**
 * Ask for a file, by POST where there is a body, and have the browser keep it.
 *
 * @throws Failure the server refused, or cannot be reached.
 */
export async function download(path: string, body: unknown, name: string): Promise<void> {
  const found = await askFile(body === undefined ? "GET" : "POST", path, { body });
  keep(found.content, found.name ?? name);
}

/** The bytes of a file in base64, as the API takes them. */
export async function base64(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  const step = 32_768;
  for (let at = 0; at < bytes.length; at += step) text += String.fromCharCode(...bytes.subarray(at, at + step));
  return btoa(text);
}
