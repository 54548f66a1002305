import { asSentence, messageOf, PortholeError } from "../../signaling/protocol/errors.ts";
import { didYouMean } from "../nearest-word.ts";
import { checkOptions, parseDeviceSpec } from "./device-spec.ts";
import type { Device, DeviceProvider, DeviceSpec } from "./provider.ts";

/** Knows the kinds of device, and finds the provider for a spec. */
export class DeviceRegistry {
	readonly #providers: ReadonlyMap<string, DeviceProvider>;

	constructor(providers: readonly DeviceProvider[]) {
		this.#providers = new Map(providers.map((provider) => [provider.scheme, provider]));
	}

	/** Specs of all devices that are here now, in the order of the providers. */
	async find(): Promise<string[]> {
		const found = await Promise.all([...this.#providers.values()].map((provider) => provider.find()));
		return found.flat();
	}

	/**
	 * Parses a spec and checks that somebody understands its scheme and its options. Throws PortholeError
	 * `bad-device-spec` or `unknown-device-kind`.
	 */
	parse(text: string): DeviceSpec {
		const spec = parseDeviceSpec(text);
		const provider = this.#providers.get(spec.scheme);
		if (provider) {
			checkOptions(spec, provider.options);
			return spec;
		}
		const kinds = [...this.#providers.keys()];
		const hint = didYouMean(spec.scheme, kinds, (kind) => `${kind}:`);
		throw new PortholeError(
			"unknown-device-kind",
			`${text}: there is no kind of device called ${spec.scheme}.${hint} There are ${kinds.join(", ")}.`,
		);
	}

	/** Every kind of device, as its help tells it. */
	get kinds(): readonly Pick<DeviceProvider, "usage" | "shows" | "options">[] {
		return [...this.#providers.values()];
	}

	/** The specs of all devices that a spec stands for. Throws PortholeError as `parse`, or as the provider does. */
	async expand(text: string): Promise<DeviceSpec[]> {
		const spec = this.parse(text);
		const texts = await this.#providers.get(spec.scheme)?.expand?.(spec);
		return texts?.map((one) => this.parse(one)) ?? [spec];
	}

	/** Opens a device. Throws PortholeError with the provider's code, or `device-not-opened`. */
	async open(spec: DeviceSpec): Promise<Device> {
		const provider = this.#providers.get(spec.scheme);
		if (!provider) throw new PortholeError("unknown-device-kind", `${spec.text}: unknown kind of device.`);
		try {
			return await provider.open(spec);
		} catch (cause) {
			if (cause instanceof PortholeError) throw cause;
			const words = `Could not open ${spec.text}: ${asSentence(messageOf(cause))}`;
			throw new PortholeError("device-not-opened", words, { cause });
		}
	}
}
