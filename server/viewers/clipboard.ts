import {
	type ClipboardBytes,
	type ClipboardMessage,
	type ClipboardOutcome,
	MAX_CLIPBOARD,
} from "../../signaling/protocol/clipboard.ts";
import { ClipboardReceiving, ClipboardSending } from "../../signaling/protocol/clipboard-transfer.ts";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { HostMessage } from "../../signaling/protocol/input.ts";
import type { Clock } from "../devices/clock.ts";
import type { ClipboardContent, DeviceClipboard } from "../devices/provider.ts";
import type { InputRefusal } from "./control.ts";

/** Bytes that a viewer may paste at once and a second; its `PacketBudget` has room for them beside its input. */
const PACE = { burst: 512 * 1024, perSecond: 384 * 1024 };
/** A transfer in which nothing happens for so long is over, ms. */
export const IDLE_ENDS = 10_000;
/** Longest that a device may take to have something pasted, ms; input that came after it waits so long. */
export const WRITTEN_WITHIN = 3_000;

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export interface ViewerClipboardDeps {
	/** What the device's spec allows of its clipboard. */
	readonly clipboard: DeviceClipboard | undefined;
	/** Why the viewer may not use it now. `takes`: it may take free control by this, as by a touch. */
	readonly refusal: (takes: boolean) => InputRefusal | undefined;
	readonly send: (message: HostMessage) => void;
	readonly clock: Clock;
	/** Something was refused, and why. Contents are told nobody. */
	readonly dropped: (reason: string) => void;
	/** What was pasted is on the device now, or never will be. */
	readonly settled: () => void;
}

/**
 * One viewer's way to the device's clipboard and back. Only who has control may use it, checked with every message; one
 * content at a time goes each way, and no faster than the viewer may send, or takes.
 */
export class ViewerClipboard {
	readonly #deps: ViewerClipboardDeps;
	#receiving: ClipboardReceiving | undefined;
	/** When all that was granted so far is paid for by the pace. */
	#paidAt = Number.NEGATIVE_INFINITY;
	#cancelGrant = () => {};
	/** Being put on the device. */
	#writing: object | undefined;
	#reading: object | undefined;
	#sending: ClipboardSending | undefined;
	#cancelIdle = () => {};

	constructor(deps: ViewerClipboardDeps) {
		this.#deps = deps;
	}

	/** Something is being put on the device: what comes after it has to wait. */
	get writing(): boolean {
		return this.#writing !== undefined;
	}

	receive(message: ClipboardMessage | { type: "clipboard-wanted" }): void {
		switch (message.type) {
			case "clipboard-offer":
				return this.#offered(message.format, message.size);
			case "clipboard-data":
				return this.#take(message.bytes);
			case "clipboard-wanted":
				return void this.#give();
			case "clipboard-credit":
				return this.#giveMore(message.total);
			case "clipboard-end":
				this.#sending = undefined;
				return this.#watchIdle();
		}
	}

	/** Something was copied on the device. */
	tellCopied(): void {
		if (this.#deps.clipboard?.read) this.#deps.send({ type: "clipboard-copied" });
	}

	/** Ends what is on its way; it may be used on. */
	reset(): void {
		this.#cancelGrant();
		this.#cancelIdle();
		this.#receiving = this.#writing = this.#reading = this.#sending = undefined;
	}

	#offered(format: ClipboardBytes["format"], size: number): void {
		this.#stopReceiving();
		const { clipboard, refusal } = this.#deps;
		const refused = refusal(true);
		if (refused) return this.#deny(refused, "no-control");
		if (!clipboard?.write || (format === "image" && !clipboard.images)) {
			return this.#deny("clipboard-off", "off");
		}
		if (this.#writing) return this.#deny("too-fast", "busy");
		this.#receiving = new ClipboardReceiving(format, size);
		this.#watchIdle();
	}

	/** Pieces of what was refused may still be on their way, and are nothing to count. */
	#take(bytes: Uint8Array): void {
		const receiving = this.#receiving;
		if (!receiving) return;
		const refused = this.#deps.refusal(false);
		if (refused || !receiving.add(bytes)) {
			this.#stopReceiving();
			return this.#deny(refused ?? "bad-input", refused ? "no-control" : "failed");
		}
		this.#watchIdle();
		const { content } = receiving;
		if (!content) return this.#grant(receiving);
		this.#stopReceiving();
		void this.#write(content);
	}

	#grant(receiving: ClipboardReceiving): void {
		const { clock, send } = this.#deps;
		const total = receiving.credit;
		if (total === undefined) return;
		const now = clock.now();
		const paidAt = Math.max(now, this.#paidAt) + ((total - receiving.granted) * 1000) / PACE.perSecond;
		const wait = paidAt - now - (PACE.burst * 1000) / PACE.perSecond;
		this.#cancelGrant();
		if (wait > 0) {
			this.#cancelGrant = clock.after(wait, () => receiving === this.#receiving && this.#grant(receiving));
			return;
		}
		this.#paidAt = paidAt;
		receiving.grant(total);
		send({ type: "clipboard-credit", total });
	}

	async #write(bytes: ClipboardBytes): Promise<void> {
		const { clipboard, clock, send, dropped, settled } = this.#deps;
		const content = contentOf(bytes);
		if (!content) return this.#deny("bad-input", "failed");
		const writing = {};
		this.#writing = writing;
		const outcome = await new Promise<ClipboardOutcome>((resolve) => {
			const cancel = clock.after(WRITTEN_WITHIN, () => resolve("failed"));
			const done = (how: ClipboardOutcome) => {
				cancel();
				resolve(how);
			};
			attempt(() => clipboard?.write?.(content)).then(
				() => done("taken"),
				() => done("failed"),
			);
		});
		if (this.#writing !== writing) return;
		this.#writing = undefined;
		if (outcome !== "taken") dropped("device-refused");
		send({ type: "clipboard-end", outcome });
		settled();
	}

	async #give(): Promise<void> {
		const { clipboard, refusal, send } = this.#deps;
		const refused = refusal(true);
		if (refused) return this.#withhold(refused, "no-control");
		if (!clipboard?.read) return this.#withhold("clipboard-off", "off");
		if (this.#reading) return this.#withhold("too-fast", "busy");
		const reading = {};
		this.#reading = reading;
		this.#sending = undefined;
		let bytes: ClipboardBytes | undefined;
		let failure: unknown;
		try {
			const content = await clipboard.read();
			bytes = content && bytesOf(content);
		} catch (error) {
			failure = error;
		}
		if (this.#reading !== reading) return;
		this.#reading = undefined;
		// Control may have passed to somebody else meanwhile.
		const late = refusal(false);
		if (late) return this.#withhold(late, "no-control");
		if (failure !== undefined) return this.#withhold("device-refused", outcomeOf(failure));
		if (!bytes || bytes.bytes.length === 0) return send({ type: "clipboard-none", outcome: "empty" });
		if (bytes.bytes.length > MAX_CLIPBOARD[bytes.format])
			return this.#withhold("device-refused", "too-large");
		this.#sending = new ClipboardSending(bytes, (message) => {
			send(message);
			return true;
		});
		this.#sending.start();
		this.#watchIdle();
	}

	#giveMore(total: number): void {
		if (!this.#sending) return;
		const refused = this.#deps.refusal(false);
		if (refused) {
			this.#sending = undefined;
			return this.#withhold(refused, "no-control");
		}
		this.#sending.credit(total);
		this.#watchIdle();
	}

	/** Takes no more of what the viewer pastes. */
	#deny(reason: string, outcome: ClipboardOutcome): void {
		this.#deps.dropped(reason);
		this.#deps.send({ type: "clipboard-end", outcome });
	}

	/** Gives nothing, or no more, of what is on the device. */
	#withhold(reason: string, outcome: ClipboardOutcome): void {
		this.#deps.dropped(reason);
		this.#deps.send({ type: "clipboard-none", outcome });
	}

	#stopReceiving(): void {
		this.#cancelGrant();
		this.#receiving = undefined;
	}

	/** Whoever begins a transfer and does not go on must not keep its memory. */
	#watchIdle(): void {
		this.#cancelIdle();
		if (!this.#receiving && !this.#sending) return;
		this.#cancelIdle = this.#deps.clock.after(IDLE_ENDS, () => {
			this.#stopReceiving();
			this.#sending = undefined;
		});
	}
}

/** Also what throws at once rejects. */
async function attempt(action: () => Promise<void> | undefined): Promise<void> {
	await action();
}

function outcomeOf(failure: unknown): ClipboardOutcome {
	return failure instanceof PortholeError && failure.code === "clipboard-too-large" ? "too-large" : "failed";
}

function bytesOf(content: ClipboardContent): ClipboardBytes {
	if (content.format === "image") return { format: "image", bytes: content.png };
	return { format: "text", bytes: Buffer.from(content.text) };
}

/** What a viewer gave, unless it is not what it said. */
function contentOf({ format, bytes }: ClipboardBytes): ClipboardContent | undefined {
	if (format === "image") {
		return PNG.every((byte, at) => bytes[at] === byte) ? { format, png: bytes } : undefined;
	}
	try {
		return { format, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
	} catch {
		return undefined;
	}
}
