import type { ClipboardContent, DeviceClipboard } from "../../server/devices/provider.ts";

/** A device's clipboard that answers when the test says so, or at once. */
export class FakeClipboard implements DeviceClipboard {
	images = true;
	/** What was written, oldest first. */
	readonly written: ClipboardContent[] = [];
	/** What is read. */
	content: ClipboardContent | undefined;
	/** Waited for by both, as by a slow program. */
	gate: Promise<void> = Promise.resolve();
	reads = 0;
	readonly #listeners: (() => void)[] = [];

	async read(): Promise<ClipboardContent | undefined> {
		this.reads++;
		await this.gate;
		return this.content;
	}

	async write(content: ClipboardContent): Promise<void> {
		await this.gate;
		this.written.push(content);
	}

	onCopy(listener: () => void): void {
		this.#listeners.push(listener);
	}

	/** A program copied something. */
	copy(content: ClipboardContent): void {
		this.content = content;
		for (const listener of this.#listeners) listener();
	}
}
