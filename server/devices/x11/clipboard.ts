import { knownCode } from "../../../signaling/protocol/error-codes.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Addon, NativeEnd, X11Clipboard } from "../../native/addon.ts";
import { withNativeErrors } from "../native-errors.ts";
import type { ClipboardContent, DeviceClipboard } from "../provider.ts";

type Settle = PromiseWithResolvers<void>;
type SettleReading = PromiseWithResolvers<ClipboardContent | undefined>;

/** The clipboard of an X display. What is written follows each other; readings at the same time are one. */
export class X11DeviceClipboard implements DeviceClipboard {
	readonly images = true;
	readonly shortcut = "control";
	readonly #addon: Pick<Addon, "X11Clipboard">;
	readonly #display: string;
	readonly #listeners: (() => void)[] = [];
	#native: X11Clipboard | undefined;
	#writing: Settle | undefined;
	#reading: SettleReading | undefined;
	#lastWrite: Promise<unknown> = Promise.resolve();
	#closed = false;

	/** Throws PortholeError as the display's input does. */
	constructor(addon: Pick<Addon, "X11Clipboard">, display: string) {
		this.#addon = addon;
		this.#display = display;
		this.#native = this.#open();
	}

	/** Throws PortholeError `device-closed`, `display-unreachable` or with the addon's code. */
	async read(): Promise<ClipboardContent | undefined> {
		if (!this.#reading) {
			const reading: SettleReading = Promise.withResolvers();
			withNativeErrors(() => this.#opened().read());
			this.#reading = reading;
		}
		return this.#reading.promise;
	}

	/** Throws as `read`. */
	write(content: ClipboardContent): Promise<void> {
		const written = this.#lastWrite.then(() => this.#writeNow(content));
		this.#lastWrite = written.catch(() => {});
		return written;
	}

	onCopy(listener: () => void): void {
		this.#listeners.push(listener);
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#native?.close();
		this.#native = undefined;
		this.#fail(closed(this.#display));
	}

	#writeNow(content: ClipboardContent): Promise<void> {
		const writing: Settle = Promise.withResolvers();
		withNativeErrors(() => {
			if (content.format === "text") this.#opened().write("text", Buffer.from(content.text));
			else this.#opened().write("image", content.png);
		});
		this.#writing = writing;
		return writing.promise;
	}

	/** One whose thread has failed is opened anew when it is used again. */
	#opened(): X11Clipboard {
		if (this.#closed) throw closed(this.#display);
		this.#native ??= this.#open();
		return this.#native;
	}

	#open(): X11Clipboard {
		return withNativeErrors(
			() =>
				new this.#addon.X11Clipboard({
					display: this.#display,
					onCopied: () => {
						for (const listener of this.#listeners) listener();
					},
					onWritten: (failure) => {
						const writing = this.#writing;
						this.#writing = undefined;
						if (failure) writing?.reject(errorOf(failure));
						else writing?.resolve();
					},
					onRead: ({ content, failure }) => {
						const reading = this.#reading;
						this.#reading = undefined;
						if (failure) reading?.reject(errorOf(failure));
						else reading?.resolve(content && contentOf(content.format, content.bytes));
					},
					onEnd: (end) => {
						this.#native?.close();
						this.#native = undefined;
						this.#fail(errorOf(end));
					},
				}),
		);
	}

	#fail(error: PortholeError): void {
		this.#writing?.reject(error);
		this.#reading?.reject(error);
		this.#writing = this.#reading = undefined;
	}
}

/** Programs may end a text with a NUL; what is no UTF-8 in it becomes the replacement character. */
function contentOf(format: "text" | "image", bytes: Uint8Array): ClipboardContent | undefined {
	if (format === "image") return { format, png: bytes };
	const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).replace(/\0+$/, "");
	return text === "" ? undefined : { format, text };
}

function errorOf({ code, message }: NativeEnd): PortholeError {
	return new PortholeError(knownCode(code), message);
}

function closed(display: string): PortholeError {
	return new PortholeError("device-closed", `The clipboard of the X display ${display} is closed.`);
}
