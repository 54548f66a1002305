import { lazy, type ReactNode, type RefObject, Suspense, useState } from "react";
import * as v from "valibot";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import { askServer, type Outcome } from "../../viewer/connection/api.ts";

const PowerDialog = lazy(async () => ({ default: (await import("./power-dialog.tsx")).PowerDialog }));

/** A device's power switch, for whoever owns it. */
export interface PowerSwitch {
	/** What the switch would do; undefined while it can do nothing. */
	readonly offer: PowerOffer | undefined;
	/** Switches on at once. Shuts down after a confirmation if others are watching, or always with `asks`. */
	act(asks?: boolean): void;
	/** The confirmation; has to be rendered somewhere on the page. */
	readonly dialog: ReactNode;
}

interface PowerOptions {
	/** How many others watch. */
	readonly others: number;
	/** The order was refused. */
	onRefused(message: string): void;
	/** Gets the focus back after the confirmation. */
	readonly opener?: RefObject<HTMLElement | null>;
}

export function usePower(device: DeviceDescription | undefined, options: PowerOptions): PowerSwitch {
	const [asked, setAsked] = useState(false);
	const [open, setOpen] = useState(false);
	const offer = device && powerOffer(device);

	async function order(on: boolean) {
		if (!device) return;
		const outcome = await switchPower(device.id, on);
		if ("refused" in outcome) options.onRefused(outcome.refused.message);
	}

	return {
		offer,
		act(asks = false) {
			if (offer === "on") return void order(true);
			if (offer === undefined) return;
			if (!asks && options.others === 0) return void order(false);
			setAsked(true);
			setOpen(true);
		},
		dialog: asked && device && (
			<Suspense>
				<PowerDialog
					name={device.name}
					others={options.others}
					open={open}
					onOpen={setOpen}
					onShutDown={() => void order(false)}
					{...(options.opener && { opener: options.opener })}
				/>
			</Suspense>
		),
	};
}

/** What an owner can do with a device's power now. */
type PowerOffer = "on" | "off";

/** Switches a device on or off. Settles when its host has accepted the order, not when it is done. */
export function switchPower(deviceId: string, on: boolean): Promise<Outcome<undefined>> {
	return askServer(`/api/devices/${deviceId}/power`, v.undefined(), {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ on }),
	});
}

/** What can be done with a device's power: nothing while it stops, while its host is offline, or without a switch. */
export function powerOffer({
	power,
	state,
}: Pick<DeviceDescription, "power" | "state">): PowerOffer | undefined {
	if (power === undefined || power === "stopping" || state === "offline") return undefined;
	return power === "off" ? "on" : "off";
}
