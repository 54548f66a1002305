import type { SocketLike } from "../client.ts";
import type { Metrics } from "../metrics.ts";
import type { DevicePolicy } from "../protocol/device.ts";
import { Declined } from "../protocol/errors.ts";
import { fromViewerSchema, type Role, type ToViewer, type ViewerHello } from "../protocol/messages.ts";
import { Line, turnAway } from "./connection.ts";
import type { Seat, Seats } from "./participants.ts";

/** People who may wait at one device. */
export const MAX_ASKING = 32;

/** Viewers who may wait at a time; further ones are told to come back later. */
const MAX_WAITING = 1_000;

/** Whether a newcomer has to be let in by an owner first. */
export function mustWait(askFirst: DevicePolicy["askFirst"], role: Role, seats: Seats): boolean {
	if (role === "own" || askFirst === "never") return false;
	return askFirst === "always" || seats.all().some(({ waiting }) => !waiting);
}

/** Whether one more may wait. */
export function mayWait(seats: Seats): boolean {
	return seats.all().filter(({ waiting }) => waiting).length < MAX_ASKING;
}

/** The seat of somebody who waits. Throws Declined `no-such-viewer`, or `not-waiting` for who is in already. */
export function waitingSeat(seat: Seat | undefined): Seat {
	if (!seat) throw new Declined("no-such-viewer", "Nobody of that id asks to be let in.");
	if (!seat.waiting) throw new Declined("not-waiting", `${seat.name} is in already.`);
	return seat;
}

interface Waiting {
	readonly line: Line<typeof fromViewerSchema, ToViewer>;
	/** Greets the viewer anew. */
	enter(): void;
}

/** Viewers of devices whose host is known and not here yet, as after a restart of signaling. They come in with it. */
export class Lobby {
	/** By device. */
	readonly #waiting = new Map<string, Set<Waiting>>();
	readonly #metrics: Metrics;
	#count = 0;

	constructor(metrics: Metrics) {
		this.#metrics = metrics;
	}

	/** Tells a viewer why it waits, and calls `enter` with its hello when the device is there. */
	wait(socket: SocketLike, hello: ViewerHello, host: string, enter: (hello: ViewerHello) => void): void {
		const { deviceId } = hello;
		const words = `The computer that ${deviceId} runs on (${host}) is not here yet.`;
		const reason = { code: "host-offline", message: words.slice(0, 400) };
		if (this.#count >= MAX_WAITING) return turnAway(socket, reason, false);
		let { media } = hello;
		const line = new Line<typeof fromViewerSchema, ToViewer>(socket, fromViewerSchema, {
			message(message) {
				if (message.type === "restart") media = false;
				else if (message.type === "leave") line.close();
			},
			refused: (code) => this.#metrics.refusedMessages.inc({ code }),
			closed: () => this.#remove(deviceId, waiting),
		});
		const waiting: Waiting = { line, enter: () => enter({ ...hello, media }) };
		const others = this.#waiting.get(deviceId);
		if (others) others.add(waiting);
		else this.#waiting.set(deviceId, new Set([waiting]));
		this.#count++;
		line.send({ type: "error", reason, final: false });
	}

	/** Lets everybody in who waits for one of these devices. */
	arrived(deviceIds: Iterable<string>): void {
		for (const deviceId of deviceIds) {
			for (const waiting of [...(this.#waiting.get(deviceId) ?? [])]) {
				this.#remove(deviceId, waiting);
				waiting.line.release();
				waiting.enter();
			}
		}
	}

	/** Greets everybody anew: what they wait for may never come. */
	callAll(): void {
		this.arrived([...this.#waiting.keys()]);
	}

	closeAll(): void {
		for (const waiting of [...this.#waiting.values()].flatMap((some) => [...some])) waiting.line.close();
	}

	#remove(deviceId: string, waiting: Waiting): void {
		const others = this.#waiting.get(deviceId);
		if (!others?.delete(waiting)) return;
		this.#count--;
		if (others.size === 0) this.#waiting.delete(deviceId);
	}
}
