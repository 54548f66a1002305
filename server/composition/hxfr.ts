import { PortholeError } from "../../signaling/protocol/errors.ts";
import { systemClock } from "../devices/clock.ts";
import { HxfrServer } from "../devices/hxfr/host/server.ts";
import { type Address, addressText, parseAddress } from "../devices/hxfr/transport/address.ts";
import type { DeviceSpec, InputSink } from "../devices/provider.ts";
import type { DeviceRegistry } from "../devices/registry.ts";
import type { Log } from "../log.ts";
import { loadAddon } from "../native/load.ts";
import type { HxfrOptions } from "../options.ts";
import { InputGate } from "../sessions/input-gate.ts";
import { InputMerge } from "../sessions/input-merge.ts";
import { rateFor } from "../sessions/rate.ts";

/** Hosts that only this machine reaches. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Devices that are offered over HXFR. */
export interface RunningHxfr {
	/** Where clients connect to, as they write it. */
	readonly addresses: readonly string[];
	/** Specs in the order of their scanouts, which count from 1. */
	readonly scanouts: readonly string[];
	close(): Promise<void>;
}

/** Opens devices and offers each as a scanout. Throws PortholeError as the registry and `listen` do, and `bad-option`. */
export async function startHxfr(
	options: HxfrOptions,
	specs: readonly DeviceSpec[],
	registry: DeviceRegistry,
	log: Log,
): Promise<RunningHxfr> {
	const addresses = options.listen.map((text) => checkedAddress(text, options.lan));
	const merges = new WeakMap<InputSink, InputMerge>();
	const host = new HxfrServer({
		addon: loadAddon(),
		clock: systemClock,
		encoder: options.encoder,
		standardRate: (size) =>
			rateFor(size, {
				frameRate: options.frameRate,
				...(options.bitrate === undefined ? {} : { bitrate: options.bitrate }),
			}),
		openInput: (viewerId, sink) => {
			const merge = merges.get(sink) ?? new InputMerge(sink);
			merges.set(sink, merge);
			const nothing = () => {};
			const send = nothing;
			return new InputGate({
				...{ viewerId, merge, send, clock: systemClock, refusal: () => undefined },
				...{ pointed: nothing, dropped: nothing, shown: nothing },
			});
		},
		clientEnded: (client, why) => log.info("a client has gone", { client, code: why.code, why: why.message }),
	});
	try {
		for (const spec of specs) await host.addDevice(() => registry.open(spec));
		const bound: Address[] = [];
		for (const address of addresses) bound.push(await host.listen(address));
		return {
			addresses: bound.map(addressText),
			scanouts: specs.map(({ text }) => text),
			close: () => host.close(),
		};
	} catch (error) {
		await host.close();
		throw error;
	}
}

/** The protocol asks nobody who they are: other machines are let in only where that was said. */
function checkedAddress(text: string, lan: boolean): Address {
	const address = parseAddress(text);
	if (address.kind === "tcp" && !lan && !LOOPBACK.test(address.host)) {
		throw new PortholeError(
			"bad-option",
			`${text} can be reached by other machines, and this protocol asks nobody who they are. Add --lan if that is meant.`,
		);
	}
	return address;
}
