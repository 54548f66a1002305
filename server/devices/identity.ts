import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { DeviceSpec } from "./provider.ts";

/** What a device is called by programs and by people. */
export interface DeviceIdentity {
	readonly id: string;
	readonly name: string;
}

/**
 * The identity of a spec's device: its `id` and `name` options, else what the provider calls it. Throws PortholeError
 * `bad-device-spec` when an option cannot be used.
 */
export function identify(spec: DeviceSpec, given: DeviceIdentity): DeviceIdentity {
	const id = spec.options.get("id") ?? given.id;
	const name = (spec.options.get("name") ?? given.name).trim();
	if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(id)) {
		throw badDeviceSpec(spec, `its id is "${id}"; use 1 to 64 of a-z, 0-9, ".", "_" and "-"`);
	}
	if (name.length === 0 || name.length > 80)
		throw badDeviceSpec(spec, "its name must have 1 to 80 characters");
	return { id, name };
}

/** A spec that names no device of its kind; `why` completes "…cannot be used: ". */
export function badDeviceSpec(spec: DeviceSpec, why: string): PortholeError {
	return new PortholeError("bad-device-spec", `The device "${spec.text}" cannot be used: ${why}.`);
}
