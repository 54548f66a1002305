"use client";

import { useState } from "react";
import type { DeviceDescription, DeviceKind } from "../../signaling/protocol/device.ts";
import { DeviceCard } from "./device-card.tsx";
import { DeviceFilter } from "./device-filter.tsx";
import { matches } from "./device-search.ts";
import { EmptyDevices } from "./empty-devices.tsx";
import { ListNotice } from "./list-notice.tsx";
import { Mark } from "./mark.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";
import { useDevices } from "./use-devices.ts";

/** From how many devices on search and filter appear. */
const FILTER_FROM = 9;

/** The first page: every device as a card. */
export function DeviceList() {
	const { state, retry } = useDevices();
	const [text, setText] = useState("");
	const [kind, setKind] = useState<DeviceKind>();
	const { devices, refused, link } = state;
	const filters = devices !== undefined && devices.length >= FILTER_FROM;
	const shown = filters ? devices.filter((device) => matches(device, text, kind)) : devices;
	const lost = devices !== undefined && link !== "open";
	return (
		<div className="mx-auto flex min-h-dvh max-w-7xl flex-col px-4 pb-10 sm:px-8">
			<header className="flex h-16 items-center gap-2.5">
				<Mark />
				<span className="font-semibold text-large">Porthole</span>
				<p role="status" className={`ml-2 truncate text-small text-soft ${lost ? "" : "invisible"}`}>
					Reconnecting; this may be out of date
				</p>
				<span className="flex-1" />
				<ThemeSwitch />
			</header>
			<main className="flex flex-1 flex-col">
				<div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3 pt-4 pb-5">
					<h1 className="font-semibold text-title">Devices</h1>
					{filters && (
						<DeviceFilter devices={devices} text={text} onText={setText} kind={kind} onKind={setKind} />
					)}
				</div>
				{refused ? (
					<ListNotice title="This browser may not see the devices" detail={refused.message} onRetry={retry} />
				) : !shown ? (
					<Loading waiting={link === "waiting"} />
				) : devices?.length === 0 ? (
					<EmptyDevices />
				) : shown.length === 0 ? (
					<p className="py-12 text-center text-soft">No device matches.</p>
				) : (
					<Cards devices={shown} stills={state.stills} />
				)}
			</main>
		</div>
	);
}

function Cards({ devices, stills }: { devices: readonly DeviceDescription[]; stills: boolean }) {
	return (
		<ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,18rem),1fr))] gap-4 sm:gap-5">
			{devices.map((device) => (
				<li key={device.id}>
					<DeviceCard device={device} stills={stills} />
				</li>
			))}
		</ul>
	);
}

function Loading({ waiting }: { waiting: boolean }) {
	return (
		<p role="status" className="animate-late py-12 text-center text-soft">
			{waiting ? "Porthole does not answer. Still trying by itself." : "Looking for devices…"}
		</p>
	);
}
