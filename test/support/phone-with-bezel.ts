import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { FakeDevice } from "../fakes/fake-device.ts";

const PICTURES = ["bezel", "bare", "mask", "button-power", "button-power-pressed", "button-volume-up"];

/** Gives a fake phone a bezel with two buttons; the names of its pictures that are asked for come into the list. */
export function phoneWithBezel(phone: FakeDevice): string[] {
	const asked: string[] = [];
	phone.change({
		buttons: [
			{ id: "power", label: "Power", icon: "power" },
			{ id: "volume-up", label: "Volume up", icon: "volume-2" },
		],
		bezel: {
			width: 430,
			height: 884,
			screen: { x: 20, y: 20, width: 390, height: 844 },
			radius: 50,
			version: "frame-1",
			buttons: [
				{
					id: "power",
					box: { x: 422, y: 200, width: 10, height: 100 },
					hover: { x: 4, y: 0 },
					above: false,
					pressed: true,
				},
				{
					id: "volume-up",
					box: { x: -2, y: 180, width: 10, height: 60 },
					hover: { x: -4, y: 0 },
					above: false,
					pressed: false,
				},
			],
		},
	});
	Object.assign(phone, {
		async bezelImage(name: string): Promise<Uint8Array> {
			if (!PICTURES.includes(name)) throw new PortholeError("no-such-bezel-image", `There is no ${name}.`);
			asked.push(name);
			return Buffer.from(`png of ${name}`);
		},
	});
	return asked;
}
