import type { IncomingMessage } from "node:http";
import type { Credentials } from "../../../signaling/auth/access.ts";
import type { BearerRights } from "../../../signaling/auth/bearer-rights.ts";
import { ownerRights, type Rights } from "../../../signaling/auth/rights.ts";
import { visitOf } from "../../../signaling/auth/secrets.ts";
import type { Ingress } from "../../../signaling/http/ingress.ts";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Role } from "../../../signaling/protocol/messages.ts";
import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import { networkOf } from "../../../signaling/rate-limit.ts";
import type { Device } from "../../devices/provider.ts";
import type { GatewayHost } from "../gateway-host.ts";
import { GatewayRefusal } from "./answers.ts";

/** A request that was let in, with its device and its rights. */
export interface Guest {
	readonly described: DeviceDescription;
	readonly rights: Rights;
	readonly address: string | undefined;
	/** Throws GatewayRefusal while the device is gone. */
	device(): Device;
}

/** How long a client that showed a link's token is known by its network, ms; after that it spends another use. */
const KNOWN_FOR = 3_600_000;
/** Clients that are known at a time; the one that came first is forgotten. */
const MAX_KNOWN = 1_000;

const rank: Readonly<Record<Role, number>> = { view: 0, control: 1, own: 2 };

/**
 * Decides which device a request may use, and with which rights: the owner's token, a share link's token without a PIN,
 * or a browser's cookie.
 */
export class GatewayAccess {
	readonly #host: GatewayHost;
	readonly #bearer: BearerRights;
	readonly #now: () => MonotonicTime;
	readonly #ingress: Ingress;
	/** When each client came, by grant and network. */
	readonly #known = new Map<string, number>();

	constructor(host: GatewayHost, bearer: BearerRights, ingress: Ingress, now: () => MonotonicTime) {
		this.#host = host;
		this.#bearer = bearer;
		this.#ingress = ingress;
		this.#now = now;
	}

	/**
	 * Admits a request to a device, whose id may be in any case. Throws GatewayRefusal for a device that is unknown and, in
	 * the same words, for one that is somebody else's; PortholeError `not-allowed` for less than the role `least`, and as
	 * `BearerRights` does.
	 */
	async admit(message: IncomingMessage, udid: string, minimum: Role): Promise<Guest> {
		const deviceId = udid.toLowerCase();
		const described = this.#host.list().find(({ id }) => id === deviceId);
		const address = this.#ingress.addressOf(message);
		const rights = await this.#rightsOn(deviceId, message).catch((error: unknown) => {
			// Nobody learns here what devices others have.
			throw isWrongDevice(error) ? GatewayRefusal.unknown(udid) : error;
		});
		if (!described) throw GatewayRefusal.unknown(udid);
		requireRole(rights, minimum);
		return { described, rights, address, device: () => this.#device(deviceId, described.name) };
	}

	/** The devices that a request has a right to. Throws PortholeError where it has none to anything. */
	async visible(message: IncomingMessage): Promise<DeviceDescription[]> {
		const devices = this.#host.list();
		// A request needs a valid token even where there is no device.
		const asked = devices.length > 0 ? devices.map(({ id }) => id) : ["-"];
		const refused: unknown[] = [];
		const good = new Set<string>();
		for (const id of asked) {
			try {
				await this.#rightsOn(id, message);
				good.add(id);
			} catch (error) {
				if (!isWrongDevice(error)) refused.push(error);
			}
		}
		if (good.size === 0 && refused.length > 0) throw refused[0];
		return devices.filter(({ id }) => good.has(id));
	}

	/** A link's token spends a use with its first request, and again after an hour. */
	async #rightsOn(deviceId: string, message: IncomingMessage): Promise<Rights> {
		const credentials = credentialsOf(message);
		const address = this.#ingress.addressOf(message);
		const rights = await this.#bearer.identify(credentials, deviceId);
		if (credentials.token === undefined || rights.grantId === ownerRights.grantId) return rights;
		const client = `${rights.grantId} ${networkOf(address)}`;
		// Its stream and its requests are one person's.
		const own = { ...rights, visit: visitOf(client) };
		const cameAt = this.#known.get(client);
		if (cameAt !== undefined && this.#now() - cameAt < KNOWN_FOR) return own;
		await this.#bearer.identifyNewcomer(credentials, deviceId);
		await this.#bearer.spend(credentials, address);
		this.#known.delete(client);
		this.#known.set(client, this.#now());
		const [first] = this.#known.keys();
		if (this.#known.size > MAX_KNOWN && first !== undefined) this.#known.delete(first);
		return own;
	}

	#device(deviceId: string, name: string): Device {
		const device = this.#host.device(deviceId);
		if (device) return device;
		throw new GatewayRefusal(503, "device-gone", `${name} is gone; open its page to have it started again`);
	}
}

function requireRole({ role }: Rights, minimum: Role): void {
	if (rank[role] >= rank[minimum]) return;
	const words =
		minimum === "own" ? "Only an owner of the device may do that." : "This right is to look only.";
	throw new PortholeError("not-allowed", words);
}

function isWrongDevice(error: unknown): boolean {
	return error instanceof PortholeError && error.code === "wrong-device";
}

/**
 * A browser's cookie, a token as `Authorization: Bearer`, or one as the password of `Authorization: Basic` with any user
 * name, for clients that take nothing but a URL (RFC 7617).
 */
function credentialsOf({ headers }: IncomingMessage): Credentials {
	const [, scheme = "", value = ""] =
		/^(Bearer|Basic) (\S{1,6000})$/i.exec(headers.authorization ?? "") ?? [];
	if (scheme === "") return { cookie: headers.cookie };
	return { token: scheme.toLowerCase() === "bearer" ? value : passwordIn(value), cookie: headers.cookie };
}

function passwordIn(encoded: string): string {
	const text = Buffer.from(encoded, "base64").toString("utf8");
	return text.slice(text.indexOf(":") + 1);
}
