import type { SocketLike } from "../client.ts";
import type { Metrics } from "../metrics.ts";
import type { DevicePolicy } from "../protocol/device.ts";
import { Declined } from "../protocol/errors.ts";
import { fromViewerSchema, type Role, type ToViewer, type ViewerHello } from "../protocol/messages.ts";
import { Connection, turnAway } from "./connection.ts";
import type { Participant, Participants } from "./participants.ts";

/*
 * Two things a viewer may have to wait for: an owner, where the device's policy says so, and the device's host.
 */

/** People who may ask to be admitted to one device at a time. */
export const MAX_ASKING_ADMISSION = 32;

/** Viewers who may wait for hosts at a time; further ones are told to come back later. */
const MAX_WAITING = 1_000;

/** Whether an owner has to admit a newcomer first. */
export function needsAdmission(
	askFirst: DevicePolicy["askFirst"],
	role: Role,
	participants: Participants,
): boolean {
	if (role === "own" || askFirst === "never") return false;
	return askFirst === "always" || participants.all().some(({ waiting }) => !waiting);
}

/** Whether one more may ask to be admitted. */
export function mayAsk(participants: Participants): boolean {
	return participants.all().filter(({ waiting }) => waiting).length < MAX_ASKING_ADMISSION;
}

/** The participant of somebody who waits. Throws Declined `no-such-viewer`, or `not-waiting` for who is in already. */
export function waitingParticipant(participant: Participant | undefined): Participant {
	if (!participant) throw new Declined("no-such-viewer", "Nobody of that id asks to be let in.");
	if (!participant.waiting) throw new Declined("not-waiting", `${participant.name} is in already.`);
	return participant;
}

interface Waiting {
	readonly connection: Connection<typeof fromViewerSchema, ToViewer>;
	/** Greets the viewer anew. */
	enter(): void;
}

/** Viewers of devices whose host is known but not connected, as after a restart of signaling. They are admitted with it. */
export class Admission {
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
		const connection = new Connection<typeof fromViewerSchema, ToViewer>(socket, fromViewerSchema, {
			message(message) {
				if (message.type === "restart") media = false;
				else if (message.type === "leave") connection.close();
			},
			refused: (code) => this.#metrics.refusedMessages.inc({ code }),
			closed: () => this.#remove(deviceId, waiting),
		});
		const waiting: Waiting = { connection, enter: () => enter({ ...hello, media }) };
		const others = this.#waiting.get(deviceId);
		if (others) others.add(waiting);
		else this.#waiting.set(deviceId, new Set([waiting]));
		this.#count++;
		connection.send({ type: "error", reason, final: false });
	}

	/** Admits everybody who waits for one of these devices. */
	arrived(deviceIds: Iterable<string>): void {
		for (const deviceId of deviceIds) {
			for (const waiting of [...(this.#waiting.get(deviceId) ?? [])]) {
				this.#remove(deviceId, waiting);
				waiting.connection.release();
				waiting.enter();
			}
		}
	}

	/** Greets everybody anew: the hosts that they wait for may never come. */
	admitAll(): void {
		this.arrived([...this.#waiting.keys()]);
	}

	closeAll(): void {
		for (const waiting of [...this.#waiting.values()].flatMap((some) => [...some]))
			waiting.connection.close();
	}

	#remove(deviceId: string, waiting: Waiting): void {
		const others = this.#waiting.get(deviceId);
		if (!others?.delete(waiting)) return;
		this.#count--;
		if (others.size === 0) this.#waiting.delete(deviceId);
	}
}
