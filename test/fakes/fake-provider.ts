import type { Device, DeviceProvider, DeviceSpec } from "../../server/devices/provider.ts";
import { FakeDevice } from "./fake-device.ts";

/** Opens a FakeDevice for each `fake:ID`. */
export class FakeProvider implements DeviceProvider {
	readonly scheme: string;
	readonly usage: string;
	readonly shows = "a fake device";
	readonly options = { colour: "what it looks like" };
	/** Every device opened, in order. */
	readonly devices: FakeDevice[] = [];
	found: string[] = [];
	/** Thrown by `open` while set. */
	failure: unknown;
	/** Waited for by `open`, as by a device that takes a while. */
	gate: Promise<void> = Promise.resolve();
	/** Done to each device before it is handed over. */
	prepare: (device: FakeDevice) => void = () => {};

	constructor(scheme = "fake") {
		this.scheme = scheme;
		this.usage = `${scheme}:NAME`;
	}

	async find(): Promise<string[]> {
		return this.found;
	}

	async open(spec: DeviceSpec): Promise<Device> {
		await this.gate;
		if (this.failure) throw this.failure;
		const device = new FakeDevice(spec.options.get("id") ?? spec.target);
		this.prepare(device);
		this.devices.push(device);
		return device;
	}
}
