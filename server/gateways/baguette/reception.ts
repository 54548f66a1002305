import type { IncomingMessage } from "node:http";
import type { Rights } from "../../../signaling/auth/rights.ts";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Role } from "../../../signaling/protocol/messages.ts";
import type { Device } from "../../devices/provider.ts";
import type { GatewayHost } from "../gateway-host.ts";
import { GatewayRefusal } from "./answers.ts";
import { credentialsOf } from "./gateway-credentials.ts";
import { type GatewayRights, requireRole } from "./gateway-rights.ts";

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
