import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { SocketLike } from "../client.ts";
import { type Clock, wallClock } from "../clock.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import { messageOf, PortholeError } from "../protocol/errors.ts";
import type { ViewerHello } from "../protocol/messages.ts";
import type { DeviceRequest } from "../server/device-request.ts";
import type { Neighbourhood, NeighbourListener } from "../server/neighbourhood.ts";
import type { Visitor } from "../server/viewers.ts";
import { AskedNeighbours } from "./asked-neighbours.ts";
import { Homes } from "./homes.ts";
import { type NeighbourMessage, neighbourMessageSchema } from "./neighbour-messages.ts";
import type { RedisLink } from "./redis-link.ts";
import { Relays } from "./relays.ts";

/** Longest message from another process, characters: a viewer's longest, as a string in JSON. */
const MAX_LENGTH = 1024 * 1024;

export interface RedisNeighbourhoodDeps {
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
