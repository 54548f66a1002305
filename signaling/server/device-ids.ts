import type { DeviceDescription } from "../protocol/device.ts";

/** Longest device id that others may see; see `deviceSchema`. */
const MAX_ID = 64;

/** What one host calls its devices, and what everybody else does: the same with the host's prefix before it. */
export class DeviceIds {
	readonly #prefix: string;

	constructor(prefix: string) {
		this.#prefix = prefix;
	}

	/** Devices under the ids that others see; those whose id would be too long are in `refused`, by the host's own id. */
	outward(devices: readonly DeviceDescription[]): { devices: DeviceDescription[]; refused: string[] } {
		const outward = devices.map((device) => ({ ...device, id: this.#prefix + device.id }));
		return {
			devices: outward.filter(({ id }) => id.length <= MAX_ID),
			refused: outward.filter(({ id }) => id.length > MAX_ID).map(({ id }) => this.inward(id)),
		};
	}

	/** The host's own id of one of its devices. */
	inward(deviceId: string): string {
		return deviceId.slice(this.#prefix.length);
	}
}
