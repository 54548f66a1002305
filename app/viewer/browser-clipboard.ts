import type { ClipboardBytes } from "../../signaling/protocol/clipboard.ts";
import type { BrowserClipboard } from "./clipboard.ts";
import { copyText } from "./copy-text.ts";

/** The browser's own clipboard. It is read only from a paste event, or for a click on "Paste". */
export const browserClipboard: BrowserClipboard = {
	async write({ format, bytes }, clicked) {
		const text = format === "text" ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) : undefined;
		// The other way to copy a text takes the keyboard from the device for a moment.
		if (text !== undefined && clicked) return copyText(text);
		try {
			if (text !== undefined) {
				await navigator.clipboard.writeText(text);
				return true;
			}
			const image = new Blob([Uint8Array.from(bytes)], { type: PNG });
			await navigator.clipboard.write([new ClipboardItem({ [PNG]: image })]);
			return true;
		} catch {
			return false;
		}
	},

	get active() {
		if (!navigator.clipboard || !document.hasFocus()) return false;
		return navigator.userActivation?.isActive ?? true;
	},
};

const PNG = "image/png";

/** What a paste event carries: text where there is any, else a PNG; nothing when it is neither. */
export async function contentOfPaste(data: DataTransfer | null): Promise<ClipboardBytes | undefined> {
	const text = data?.getData("text/plain");
	if (text) return textContent(text);
	const image = [...(data?.files ?? [])].find(({ type }) => type === PNG);
	return image && { format: "image", bytes: await bytesOf(image) };
}

/** What is on the clipboard, for a click. Throws when the browser does not let us. */
export async function contentOfClipboard(): Promise<ClipboardBytes | undefined> {
	const items = await navigator.clipboard.read();
	for (const type of ["text/plain", PNG]) {
		const item = items.find(({ types }) => types.includes(type));
		if (!item) continue;
		const bytes = await bytesOf(await item.getType(type));
		return { format: type === PNG ? "image" : "text", bytes };
	}
	return undefined;
}

function textContent(text: string): ClipboardBytes {
	// Systems differ in how a line ends; programs on a device want a line feed.
	return { format: "text", bytes: new TextEncoder().encode(text.replaceAll("\r\n", "\n")) };
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
	return new Uint8Array(await blob.arrayBuffer());
}
