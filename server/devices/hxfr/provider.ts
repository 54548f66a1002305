import { badDeviceSpec, identify } from "../device-spec.ts";
import type { DeviceProvider, DeviceSpec } from "../provider.ts";
import { HxfrDevice } from "./device.ts";
import type { Size } from "./source.ts";
import { type Address, ANY_CID, addressText, parseAddress } from "./transport/address.ts";
import type { TransportDeps } from "./transport/connect.ts";
import { MAX_SIDE } from "./wire/message.ts";

/** The session field, which names the scanout of a frame, has 16 bits. */
const MAX_SCANOUT = 65_535;

/**
 * The provider of `hxfr:ADDRESS`: a scanout of a host that sends H.264, such as a virtual machine monitor or
 * `porthole hxfr`.
 */
export function createHxfrProvider(deps: TransportDeps): DeviceProvider {
	return {
		scheme: "hxfr",
		usage: "hxfr:ADDRESS",
		shows:
			"a virtual machine's H.264; the address is unix:/path, tcp:HOST:PORT, vsock:CID:PORT, hybrid:/path:PORT or fd:N",
		options: {
			scanout: `which of its screens, 0 to ${MAX_SCANOUT} (1)`,
			enable: "WIDTHxHEIGHT: switches the screen on first, in this size",
		},
		async find() {
			return [];
		},
		/** Throws PortholeError `bad-device-spec` or `hxfr-bad-address`; whether anybody is there shows later. */
		async open(spec) {
			const address = parseAddress(spec.target);
			if (address.kind === "vsock" && address.cid === ANY_CID)
				throw badDeviceSpec(spec, "a connection needs one context id, not any");
			const scanout = scanoutOf(spec);
			const text = addressText(address);
			const identity = identify(spec, {
				id: idOf(address, scanout),
				name: `${text.slice(0, 60)}, scanout ${scanout}`,
			});
			const named = spec.options.has("name");
			return new HxfrDevice({ ...deps, identity, named, address, scanout, enable: sizeOf(spec) });
		},
	};
}

function idOf(address: Address, scanout: number): string {
	const words = addressText(address)
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "-")
		.replace(/-$/, "");
	// Of a long path the end tells more than the beginning.
	const short = words.length > 50 ? words.slice(-50).replace(/^-/, "") : words;
	return scanout === 1 ? `hxfr-${short}` : `hxfr-${short}.${scanout}`;
}

function scanoutOf(spec: DeviceSpec): number {
	const text = spec.options.get("scanout") ?? "1";
	if (/^\d{1,5}$/.test(text) && Number(text) <= MAX_SCANOUT) return Number(text);
	throw badDeviceSpec(spec, `scanout is "${text}"; use a number from 0 to ${MAX_SCANOUT}`);
}

function sizeOf(spec: DeviceSpec): Size | undefined {
	const text = spec.options.get("enable");
	if (text === null) return undefined;
	const [, width = 0, height = 0] = (/^(\d{1,4})x(\d{1,4})$/.exec(text) ?? []).map(Number);
	if (width >= 16 && height >= 16 && width <= MAX_SIDE && height <= MAX_SIDE) return { width, height };
	throw badDeviceSpec(spec, `enable is "${text}"; write it like 1920x1080`);
}
