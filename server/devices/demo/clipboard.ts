import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { ClipboardContent, DeviceClipboard } from "../provider.ts";

/** The demo's clipboard: one text, for its one field. */
export class DemoClipboard implements DeviceClipboard {
	readonly images = false;
	readonly #listeners: (() => void)[] = [];
	#text = "";

	/** What its field pastes. */
	get text(): string {
		return this.#text;
	}

	async read(): Promise<ClipboardContent | undefined> {
		return this.#text === "" ? undefined : { format: "text", text: this.#text };
	}

	async write(content: ClipboardContent): Promise<void> {
		if (content.format !== "text") throw new PortholeError("unsupported", "The demo phone pastes text only.");
		this.#text = content.text;
	}

	onCopy(listener: () => void): void {
		this.#listeners.push(listener);
	}

	/** Its field copied something. */
	copy(text: string): void {
		if (text === "") return;
		this.#text = text;
		for (const listener of this.#listeners) listener();
	}
}
