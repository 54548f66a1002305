import type { ClipboardBytes, ClipboardOutcome } from "../../signaling/protocol/clipboard.ts";
import type { HostMessage, ViewerMessage } from "../../signaling/protocol/input.ts";
import type { Clock } from "../../signaling/protocol/time.ts";
import type { Asking, Giving } from "./clipboard-transfer.ts";
import type { SendInput } from "./input/input-sender.ts";
import { Store } from "./store.ts";

/** How long the button that copies stays, ms. */
export const OFFERED_FOR = 20_000;
/** Most inputs that wait for what is pasted before them; more are dropped. */
const MAX_HELD = 256;

/** What the browser does for us; fakes in tests. */
export interface BrowserClipboard {
	/** Puts a content on the clipboard, for a click or by itself; false when the browser does not let us. */
	write(content: ClipboardBytes, clicked: boolean): Promise<boolean>;
	/** Whether the user did something on this page a moment ago, and looks at it. */
	readonly active: boolean;
}

interface PageClipboardParts {
	readonly send: SendInput;
	readonly browser: BrowserClipboard;
	readonly clock: Clock;
	/** Loads the code of transfers, which most visits never need. */
	load(): Promise<Transfers>;
	/** Tells the user. */
	note(text: string): void;
}

type Transfers = typeof import("./clipboard-transfer.ts");

/**
 * The device's clipboard as the page uses it. What is copied on the device is written to the browser's clipboard while the
 * user is at work here; otherwise a button offers it, so that no program on the device can change what they have copied.
 */
export class PageClipboard {
	/** Something was copied on the device, and waits for a click. */
	readonly offered = new Store(false);
	readonly #parts: PageClipboardParts;
	readonly #held: ViewerMessage[] = [];
	/** What pressed each key that is down on the device. */
	readonly #down = new Map<string, ViewerMessage>();
	#holders = 0;
	#giving: Giving | undefined;
	#asking: Asking | undefined;
	/** Came when the browser would not take it; the next click writes it at once, which every browser allows. */
	#ready: ClipboardBytes | undefined;
	#cancelOffer = () => {};

	constructor(parts: PageClipboardParts) {
		this.#parts = parts;
	}

	/** Takes what the host says. */
	hear(message: HostMessage): void {
		switch (message.type) {
			case "clipboard-copied":
				return void this.#copied();
			case "clipboard-offer":
				return this.#asking?.offered(message.format, message.size);
			case "clipboard-data":
				return this.#asking?.take(message.bytes);
			case "clipboard-none":
				return this.#asking?.end(message.outcome);
			case "clipboard-credit":
				return this.#giving?.credit(message.total);
			case "clipboard-end":
				this.#giving?.end(message.outcome);
				if (message.outcome !== "taken") this.#explain("notGiven", message.outcome);
		}
	}

	/** Puts a content on the device's clipboard; true once all of it is on its way, in front of all that follows. */
	async give(content: ClipboardBytes): Promise<boolean> {
		if (content.bytes.length === 0) return false;
		const transfers = await this.#load();
		if (!transfers) return false;
		this.#giving?.end("busy");
		if (transfers.isTooLarge(content)) {
			this.#explain("notGiven", "too-large");
			return false;
		}
		const giving = new transfers.Giving(content, this.#parts.send, this.#parts.clock);
		this.#giving = giving;
		if (!giving.sent) this.#liftKeys();
		const complete = await giving.done;
		if (this.#giving === giving) this.#giving = undefined;
		return complete;
	}

	/** Copies what is on the device's clipboard to the browser's. Call it for a click. */
	async copy(): Promise<void> {
		const content = this.#ready ?? (await this.#ask());
		this.#withdraw();
		if (typeof content === "string") return this.#explain("notCopied", content);
		if (await this.#parts.browser.write(content, true)) return this.#parts.note("Copied from the device.");
		// A browser that wants the click itself, and not what came a moment after it, takes it with the next.
		this.#offer(content);
		this.#parts.note("The browser wants one more click to copy.");
	}

	/** Keeps input back until `release`, so that what is pasted is on the device before it. */
	hold(): () => void {
		this.#holders++;
		let over = false;
		return () => {
			if (over) return;
			over = true;
			this.#holders--;
			if (this.#holders > 0) return;
			for (const message of this.#held.splice(0)) this.#pass(message);
		};
	}

	/** Sends input, or keeps it while something is held back: a pointer that moves has no part in what is typed. */
	readonly send: SendInput = (message) => {
		if (this.#holders === 0 || !WAITS.has(message.type)) return this.#pass(message);
		return this.#held.length < MAX_HELD && this.#held.push(message) > 0;
	};

	/** Forgets what waits from `release` on that has this key: nothing is pasted after all. */
	dropKey(code: string): void {
		const kept = this.#held.filter((message) => !(isKey(message) && message.code === code));
		this.#held.splice(0, this.#held.length, ...kept);
	}

	/** The connection or the control is gone, and with it all that was on its way. */
	reset(): void {
		this.#giving?.end("failed");
		this.#asking?.end("failed");
		this.#held.length = 0;
		this.#down.clear();
		this.#withdraw();
	}

	#pass(message: ViewerMessage): boolean {
		if (!this.#parts.send(message)) return false;
		if (message.type === "release") this.#down.clear();
		if (message.type === "key" && !message.down) this.#down.delete(message.code);
		else if (isKey(message)) this.#down.set(message.code, message);
		return true;
	}

	/**
	 * A long content takes its time, in which the host would hear too little to believe that a key is still held. So they go
	 * up now, and down again right before what waits.
	 */
	#liftKeys(): void {
		const pressed = [...this.#down];
		for (const [code] of pressed) this.#pass({ type: "key", code, down: false });
		this.#held.unshift(...pressed.map(([, message]) => message));
	}

	async #copied(): Promise<void> {
		if (!this.#parts.browser.active) return this.#offer();
		const content = await this.#ask();
		if (typeof content === "string") return;
		if (await this.#parts.browser.write(content, false)) {
			this.#withdraw();
			this.#parts.note("Copied from the device.");
		} else this.#offer(content);
	}

	/** The device's content, or why there is none. */
	async #ask(): Promise<ClipboardBytes | ClipboardOutcome> {
		const transfers = await this.#load();
		if (!transfers) return "failed";
		if (this.#asking) return this.#asking.done;
		const asking = new transfers.Asking(this.#parts.send, this.#parts.clock);
		this.#asking = asking;
		const content = await asking.done;
		this.#asking = undefined;
		return content;
	}

	#load(): Promise<Transfers | undefined> {
		return this.#parts.load().catch(() => {
			this.#parts.note("Porthole cannot be reached now.");
			return undefined;
		});
	}

	#offer(content?: ClipboardBytes): void {
		this.#ready = content;
		this.offered.set(true);
		this.#cancelOffer();
		this.#cancelOffer = this.#parts.clock.after(OFFERED_FOR, () => this.#withdraw());
	}

	#withdraw(): void {
		this.#cancelOffer();
		this.#ready = undefined;
		this.offered.set(false);
	}

	#explain(words: "notGiven" | "notCopied", outcome: ClipboardOutcome): void {
		void this.#load().then((transfers) => {
			const text = transfers?.[words][outcome];
			if (text) this.#parts.note(text);
		});
	}
}

/** What has to stay behind a paste, since it may have to do with it. */
const WAITS: ReadonlySet<ViewerMessage["type"]> = new Set(["key", "press", "text", "button", "release"]);

function isKey(message: ViewerMessage): message is Extract<ViewerMessage, { type: "key" | "press" }> {
	return message.type === "key" || message.type === "press";
}
