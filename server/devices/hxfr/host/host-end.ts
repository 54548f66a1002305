import type { Duplex } from "node:stream";
import type { PortholeError } from "../../../../signaling/protocol/errors.ts";
import { hxfrError } from "../errors.ts";
import type { Address } from "../transport/address.ts";
import type { TransportDeps } from "../transport/connect.ts";
import { type Listener, listen } from "../transport/listen.ts";
import { ERROR_CODE } from "../wire/message.ts";
import { type ClientDeps, ClientSession } from "./client-session.ts";
import { Scanout, type ScanoutDeps } from "./scanout.ts";

/** As stock hosts have it. */
export const MAX_CLIENTS = 16;

export interface HostEndDeps
	extends Omit<ClientDeps, "scanouts" | "ended" | "addon" | "clock">,
		Pick<ScanoutDeps, "encoder" | "standardRate"> {
	readonly addon: ClientDeps["addon"] & TransportDeps["addon"];
	readonly clock: ClientDeps["clock"];
	/** A client has gone, and why. */
	readonly clientEnded: (clientId: string, why: PortholeError) => void;
}

/** The host's end of HXFR: devices as scanouts 1, 2, …, on any number of addresses. */
export class HostEnd {
	readonly #deps: HostEndDeps;
	readonly #scanouts = new Map<number, Scanout>();
	readonly #clients = new Set<ClientSession>();
	readonly #listeners: Listener[] = [];
	#clientCount = 0;
	#closed: Promise<void> | undefined;

	constructor(deps: HostEndDeps) {
		this.#deps = deps;
	}

	get clients(): number {
		return this.#clients.size;
	}

	/** Offers a device as the next scanout; gives its number. Throws PortholeError as its provider does. */
	async addDevice(open: ScanoutDeps["open"]): Promise<number> {
		const id = this.#scanouts.size + 1;
		const scanout = new Scanout({
			...this.#deps,
			id,
			open,
			changed: () => {
				for (const client of this.#clients) client.scanoutsChanged();
			},
		});
		this.#scanouts.set(id, scanout);
		await scanout.start();
		return id;
	}

	/** Takes clients at an address; gives it with the port that was chosen. Throws PortholeError as `listen` does. */
	async listen(address: Address): Promise<Address> {
		const listener = await listen(address, this.#deps, (stream) => this.accept(stream));
		this.#listeners.push(listener);
		return listener.address;
	}

	/** A client has connected. */
	accept(stream: Duplex): void {
		const id = `client ${++this.#clientCount}`;
		const full = this.#clients.size >= MAX_CLIENTS;
		const client: ClientSession = new ClientSession(id, stream, {
			...this.#deps,
			scanouts: this.#scanouts,
			ended: (why) => {
				this.#clients.delete(client);
				this.#deps.clientEnded(id, why);
			},
		});
		if (full || this.#closed) {
			const words = full ? `There are ${MAX_CLIENTS} clients already.` : "The host is being stopped.";
			return client.refuse(ERROR_CODE.internal, hxfrError("hxfr-refused", words));
		}
		this.#clients.add(client);
	}

	close(): Promise<void> {
		this.#closed ??= this.#close();
		return this.#closed;
	}

	async #close(): Promise<void> {
		const listeners = this.#listeners.map((listener) => listener.close());
		await Promise.all([...this.#scanouts.values()].map((scanout) => scanout.close()));
		for (const client of [...this.#clients]) client.close();
		await Promise.all(listeners);
	}
}
