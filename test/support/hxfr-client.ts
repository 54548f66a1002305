import type { Duplex } from "node:stream";
import { expect } from "vitest";
import { encodeMessage } from "../../server/devices/hxfr/wire/codec.ts";
import type { Message, MessageType } from "../../server/devices/hxfr/wire/message.ts";
import { MessageReader } from "../../server/devices/hxfr/wire/message-reader.ts";

type Of<Type extends MessageType> = Extract<Message, { type: Type }>;

/** One end of a stream in a test's own hands: it says what it is told to and keeps what it hears. */
export class HxfrClient {
	readonly heard: Message[] = [];
	closed = false;
	readonly stream: Duplex;

	constructor(stream: Duplex) {
		this.stream = stream;
		const reader = new MessageReader();
		stream.on("data", (chunk: Buffer) =>
			reader.push(Buffer.from(chunk), (message) => this.heard.push(message)),
		);
		stream.on("error", () => {});
		for (const event of ["end", "close"]) stream.on(event, () => (this.closed = true));
	}

	say(message: Message): void {
		for (const piece of encodeMessage(message)) this.stream.write(piece);
	}

	all<Type extends MessageType>(type: Type): Of<Type>[] {
		return this.heard.filter((message): message is Of<Type> => message.type === type);
	}

	/** Waits until so many of a type have come; gives the last of them. */
	async until<Type extends MessageType>(type: Type, count = 1): Promise<Of<Type>> {
		await expect
			.poll(() => this.all(type).length, { timeout: 5000, interval: 2 })
			.toBeGreaterThanOrEqual(count);
		return this.all(type)[count - 1] as Of<Type>;
	}

	async untilClosed(): Promise<void> {
		await expect.poll(() => this.closed, { timeout: 5000, interval: 2 }).toBe(true);
	}
}
