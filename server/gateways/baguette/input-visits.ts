import type { Rights } from "../../../signaling/auth/rights.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Clock } from "../../devices/clock.ts";
import type { Device } from "../../devices/provider.ts";
import type { GatewayHost, GatewayVisit } from "../gateway-host.ts";
import { GesturePlayer } from "./gesture-player.ts";

/** The name that other viewers see: Baguette's clients give none. */
export const CLIENT_NAME = "Baguette client";
/** How long a client stays after its last request, ms; meanwhile it keeps control and what it holds down. */
export const STAYS_FOR = 5_000;
/** Most clients at a time. */
const MAX_CLIENTS = 256;

/** A client's session on a device, over several requests. */
interface InputVisit {
	readonly visit: GatewayVisit;
	readonly player: GesturePlayer;
	/** Marks a request as over; some time after the last, the session ends by itself. */
	done(): void;
}

interface Stay {
	readonly coming: Promise<Omit<InputVisit, "done">>;
	users: number;
	cancel: () => void;
	leave: () => void;
}

/** HTTP requests share no connection, so close requests of one client on one device count as one viewer. */
export class InputVisits {
	readonly #host: GatewayHost;
	readonly #clock: Clock;
	readonly #stays = new Map<string, Stay>();

	constructor(host: GatewayHost, clock: Clock) {
		this.#host = host;
		this.#clock = clock;
	}

	/**
	 * Opens a session, or goes on with the previous one. Fails as `GatewayHost.enter` does, and with PortholeError `full`.
	 */
	async begin(device: Device, rights: Rights, address: string | undefined): Promise<InputVisit> {
		const key = [device.id, rights.grantId, rights.role, address].join(" ");
		let stay = this.#stays.get(key);
		if (!stay) {
			if (this.#stays.size >= MAX_CLIENTS)
				throw new PortholeError("full", "Too many clients give input here.");
			stay = this.#open(key, device, rights, address);
		}
		stay.users++;
		stay.cancel();
		const { visit, player } = await stay.coming;
		let used = true;
		const done = () => {
			if (!used) return;
			used = false;
			stay.users--;
			if (stay.users === 0) stay.cancel = this.#clock.after(STAYS_FOR, () => stay.leave());
		};
		return { visit, player, done };
	}

	close(): void {
		for (const { leave } of [...this.#stays.values()]) leave();
	}

	#open(key: string, device: Device, rights: Rights, address: string | undefined): Stay {
		const coming = this.#host
			.enter({ deviceId: device.id, rights, name: CLIENT_NAME, address })
			.then((visit) => {
				const player = new GesturePlayer({ visit, device, clock: this.#clock });
				const end = () => {
					if (this.#stays.get(key) === stay) this.#stays.delete(key);
					stay.cancel();
					stay.leave = () => {};
					player.close();
				};
				stay.leave = () => {
					end();
					visit.leave();
				};
				visit.onEnd(end);
				return { visit, player };
			});
		coming.catch(() => this.#stays.delete(key));
		const stay: Stay = { coming, users: 0, cancel: () => {}, leave: () => this.#stays.delete(key) };
		this.#stays.set(key, stay);
		return stay;
	}
}
