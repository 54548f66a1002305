import type { IncomingMessage } from "node:http";
import type { Credentials } from "../../../signaling/auth/access.ts";
import type { BearerRights } from "../../../signaling/auth/bearer-rights.ts";
import { ownerRights, type Rights } from "../../../signaling/auth/rights.ts";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Role } from "../../../signaling/protocol/messages.ts";
import { networkOf } from "../../../signaling/rate-limit.ts";
import type { Device } from "../../devices/provider.ts";
import type { GatewayHost } from "../gateway-host.ts";
import { GatewayRefusal } from "./answers.ts";

/** Whoever was let in, and to what. */
export interface Guest {
	readonly described: DeviceDescription;
	readonly rights: Rights;
	readonly address: string | undefined;
	/** Throws GatewayRefusal while the device is gone. */
	device(): Device;
}

/** Finds what a request is about, and whether it may ask. */
export class Reception {
	readonly #gateways: GatewayHost;
	readonly #rights: GatewayRights;

	constructor(gateways: GatewayHost, rights: GatewayRights) {
		this.#gateways = gateways;
		this.#rights = rights;
	}

	/**
	 * Lets a request to a device, whose id may be in any case. Throws GatewayRefusal for one that is unknown, and for one
	 * that is somebody else's in the same words; PortholeError `not-allowed` for a right that is less than `least`, and
	 * as `GatewayRights.on` does.
	 */
	async admit(message: IncomingMessage, udid: string, least: Role): Promise<Guest> {
		const deviceId = udid.toLowerCase();
		const described = this.#gateways.list().find(({ id }) => id === deviceId);
		const address = message.socket.remoteAddress;
		const rights = await this.#rightsOn(deviceId, message, udid);
		if (!described) throw GatewayRefusal.unknown(udid);
		requireRole(rights, least);
		return { described, rights, address, device: () => this.#device(deviceId, described.name) };
	}

	/** The devices that a request has a right to. Throws PortholeError where it has none to anything. */
	async visible(message: IncomingMessage): Promise<DeviceDescription[]> {
		const devices = this.#gateways.list();
		// Where there is no device, whoever asks has to show something all the same.
		const asked = devices.length > 0 ? devices.map(({ id }) => id) : ["-"];
		const refused: unknown[] = [];
		const good = new Set<string>();
		for (const id of asked) {
			try {
				await this.#rights.on(id, credentialsOf(message), message.socket.remoteAddress);
				good.add(id);
			} catch (error) {
				if (!isWrongDevice(error)) refused.push(error);
			}
		}
		if (good.size === 0 && refused.length > 0) throw refused[0];
		return devices.filter(({ id }) => good.has(id));
	}

	async #rightsOn(deviceId: string, message: IncomingMessage, udid: string): Promise<Rights> {
		try {
			return await this.#rights.on(deviceId, credentialsOf(message), message.socket.remoteAddress);
		} catch (error) {
			// Nobody learns here what devices others have.
			throw isWrongDevice(error) ? GatewayRefusal.unknown(udid) : error;
		}
	}

	#device(deviceId: string, name: string): Device {
		const device = this.#gateways.device(deviceId);
		if (device) return device;
		throw new GatewayRefusal(503, "device-gone", `${name} is gone; open its page to have it started again`);
	}
}

function isWrongDevice(error: unknown): boolean {
	return error instanceof PortholeError && error.code === "wrong-device";
}

/**
 * What a request shows: a browser's cookie, a token as `Authorization: Bearer`, or one as the password of `Authorization:
 * Basic`, whatever the user's name, as clients send it that know no more than a URL (RFC 7617).
 */
export function credentialsOf({ headers }: Pick<IncomingMessage, "headers">): Credentials {
	const [, scheme = "", value = ""] =
		/^(Bearer|Basic) (\S{1,6000})$/i.exec(headers.authorization ?? "") ?? [];
	if (scheme === "") return { cookie: headers.cookie };
	return { token: scheme.toLowerCase() === "bearer" ? value : passwordIn(value), cookie: headers.cookie };
}

function passwordIn(encoded: string): string {
	const text = Buffer.from(encoded, "base64").toString("utf8");
	return text.slice(text.indexOf(":") + 1);
}

/** How long a client that showed a link's token is known by its network, ms; after that it spends another use. */
const KNOWN_FOR = 3_600_000;
/** Clients that are known at a time; the one that came first is forgotten. */
const MAX_KNOWN = 1_000;

const rank: Readonly<Record<Role, number>> = { view: 0, control: 1, own: 2 };

/** What clients of the gateway may do: the owner's token, a link's own without a PIN, or a browser's cookie. */
export class GatewayRights {
	readonly #bearer: BearerRights;
	readonly #now: () => number;
	/** When each came, by grant and network. */
	readonly #known = new Map<string, number>();

	constructor(bearer: BearerRights, now: () => number) {
		this.#bearer = bearer;
		this.#now = now;
	}

	/**
	 * The right on a device. A link's token spends a use with its first request, and again after an hour. Throws
	 * PortholeError as `BearerRights` does.
	 */
	async on(deviceId: string, credentials: Credentials, address: string | undefined): Promise<Rights> {
		const rights = await this.#bearer.identify(credentials, deviceId);
		if (credentials.token === undefined || rights.grantId === ownerRights.grantId) return rights;
		const client = `${rights.grantId} ${networkOf(address)}`;
		const cameAt = this.#known.get(client);
		if (cameAt !== undefined && this.#now() - cameAt < KNOWN_FOR) return rights;
		await this.#bearer.identifyNewcomer(credentials, deviceId);
		await this.#bearer.spend(credentials, address);
		this.#known.delete(client);
		this.#known.set(client, this.#now());
		const [first] = this.#known.keys();
		if (this.#known.size > MAX_KNOWN && first !== undefined) this.#known.delete(first);
		return rights;
	}
}

/** Throws PortholeError `not-allowed` for a right that is less than `least`. */
export function requireRole({ role }: Rights, least: Role): void {
	if (rank[role] >= rank[least]) return;
	const words = least === "own" ? "Only an owner of the device may do that." : "This right is to look only.";
	throw new PortholeError("not-allowed", words);
}
