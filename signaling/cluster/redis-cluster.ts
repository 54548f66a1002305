import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { SocketLike } from "../client.ts";
import { type Clock, wallClock } from "../clock.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import { messageOf, PortholeError } from "../protocol/errors.ts";
import type { ViewerHello } from "../protocol/messages.ts";
import type { Neighbourhood, NeighbourListener } from "../rooms/cluster.ts";
import {
	ANSWER_WITHIN,
	type DeviceRequest,
	lateAnswer,
	PendingAnswers,
	tooManyRequests,
} from "../rooms/device-requests.ts";
import type { Visitor } from "../rooms/viewers.ts";
import { type NeighbourMessage, neighbourMessageSchema } from "./node-messages.ts";
import { Homes } from "./nodes.ts";
import type { RedisLink } from "./redis-link.ts";
import { Relays } from "./relays.ts";

/** Longest message from another process, characters: a viewer's longest, as a string in JSON. */
const MAX_LENGTH = 1024 * 1024;

/** How much longer another process may take than its host, ms. */
const BEYOND_HOST = 1_000;
/** Whoever bears the id of a question may answer it: only its home was told. */
const ANYONE = "anyone";

interface RedisNeighbourhoodDeps {
	readonly link: RedisLink;
	readonly clock?: Clock;
	/** Something was said that is not understood; it is passed over. */
	readonly garbage: () => void;
	/** How many viewers here watch devices that have their home elsewhere. */
	readonly countRelays: (lines: number) => void;
}

/** Signaling processes that find each other in one Redis. */
export class RedisNeighbourhood implements Neighbourhood {
	readonly #deps: RedisNeighbourhoodDeps;
	readonly #process = randomUUID();
	readonly #homes: Homes;
	readonly #relays: Relays;
	readonly #asked: AskedNeighbours;
	#listener: NeighbourListener | undefined;
	/** Redis carries messages. */
	#carries = false;

	constructor(deps: RedisNeighbourhoodDeps) {
		const { link, clock = wallClock, garbage } = deps;
		const send = (to: string, message: NeighbourMessage) => this.#send(to, message);
		const process = this.#process;
		this.#deps = deps;
		this.#relays = new Relays({ process, now: () => clock.now(), send, count: deps.countRelays });
		this.#asked = new AskedNeighbours({ process, clock, send });
		this.#homes = new Homes(
			{ link, process, clock, garbage },
			{
				hostElsewhere: (...told) => this.#elsewhere(...told),
				hostLost: (hostId, home) => this.#listener?.hostLost(hostId, home),
				processGone: (home) => this.#relays.lose(home),
			},
		);
	}

	join(listener: NeighbourListener): void {
		this.#listener = listener;
	}

	/** Finds the others; after `join`. Rejects as the link does. */
	async open(): Promise<void> {
		const { link } = this.#deps;
		await link.subscribe(link.key("to", this.#process), (text) => this.#hear(text));
		await link.use({
			up: async () => {
				this.#carries = true;
			},
			down: () => {
				this.#carries = false;
				this.#relays.lose();
			},
		});
		await this.#homes.open();
	}

	tell(hostId: string, devices: readonly DeviceDescription[], connected: boolean): void {
		this.#homes.tell(hostId, devices, connected);
	}

	forget(hostId: string): void {
		this.#homes.forget(hostId);
	}

	reaches(home: string): boolean {
		return this.#carries && this.#homes.has(home);
	}

	relay(home: string, socket: SocketLike, hello: ViewerHello, visitor: Visitor): void {
		this.#relays.open(home, socket, hello, visitor);
	}

	rehome(deviceIds: ReadonlySet<string>, homeOf: (deviceId: string) => string | undefined): void {
		this.#relays.rehome(deviceIds, homeOf);
	}

	request(home: string, deviceId: string, request: DeviceRequest): Promise<Uint8Array> {
		return this.#asked.ask(home, deviceId, request);
	}

	close(): void {
		this.#relays.lose();
		this.#homes.close();
	}

	#elsewhere(hostId: string, home: string, devices: readonly DeviceDescription[]): void {
		try {
			this.#listener?.hostElsewhere(hostId, home, devices);
		} catch {
			// Devices under ids that another host has.
			this.#deps.garbage();
		}
	}

	#hear(text: string): void {
		const message = read(text);
		if (!message) return this.#deps.garbage();
		switch (message.type) {
			case "open": {
				const socket = this.#relays.accept(message);
				const { hello, rights, address } = message;
				if (socket) this.#listener?.viewer(socket, hello, { rights, address });
				return;
			}
			case "said":
			case "shut":
				return this.#relays.hear(message);
			case "wanted":
				return void this.#give(message);
			case "given":
				return this.#asked.hear(message);
		}
	}

	async #give({ id, from, deviceId, request }: Extract<NeighbourMessage, { type: "wanted" }>): Promise<void> {
		const answer = async (): Promise<NeighbourMessage> => {
			try {
				const data = await this.#listener?.request(deviceId, request);
				return { type: "given", id, data: Buffer.from(data ?? []).toString("base64") };
			} catch (error) {
				const code = error instanceof PortholeError ? error.code : "internal";
				return { type: "given", id, error: { code, message: messageOf(error).slice(0, 400) } };
			}
		};
		await this.#send(from, await answer()).catch(() => {});
	}

	/** Rejects when nobody of that id listens. */
	async #send(to: string, message: NeighbourMessage): Promise<void> {
		const { link } = this.#deps;
		if ((await link.publish(link.key("to", to), JSON.stringify(message))) > 0) return;
		this.#homes.unheard(to);
		throw new PortholeError("neighbour-gone", `No signaling process listens as ${to}.`);
	}
}

function read(text: string): NeighbourMessage | undefined {
	if (text.length > MAX_LENGTH) return undefined;
	try {
		return v.parse(neighbourMessageSchema, JSON.parse(text));
	} catch {
		return undefined;
	}
}

interface AskedNeighboursDeps {
	/** Id of this process. */
	readonly process: string;
	readonly clock: Clock;
	readonly send: (to: string, message: NeighbourMessage) => Promise<void>;
}

/** What this process has asked others for, of devices that have their home there. */
class AskedNeighbours {
	readonly #deps: AskedNeighboursDeps;
	readonly #pending: PendingAnswers<Uint8Array>;

	constructor(deps: AskedNeighboursDeps) {
		this.#deps = deps;
		this.#pending = new PendingAnswers(deps.clock);
	}

	/** Asks the process that is the device's home. Fails as `DeviceRequests.ask` does. */
	ask(home: string, deviceId: string, request: DeviceRequest): Promise<Uint8Array> {
		const { process, send } = this.#deps;
		const question = {
			of: ANYONE,
			within: ANSWER_WITHIN[request.what] + BEYOND_HOST,
			late: lateAnswer(request, deviceId),
			tooMany: tooManyRequests(request),
		};
		const gone = new PortholeError(
			"host-offline",
			`The computer that ${deviceId} runs on cannot be reached.`,
		);
		return this.#pending.ask(question, (id) => {
			send(home, { type: "wanted", id, from: process, deviceId, request }).catch(() =>
				this.#pending.settle(id, ANYONE, gone),
			);
		});
	}

	/** What was not asked for, or comes too late, is dropped. */
	hear({ id, data, error }: Extract<NeighbourMessage, { type: "given" }>): void {
		const answer = error ? new PortholeError(error.code, error.message) : Buffer.from(data ?? "", "base64");
		this.#pending.settle(id, ANYONE, answer);
	}
}
