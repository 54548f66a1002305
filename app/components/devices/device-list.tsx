"use client";

import { Check, Copy, KeyRound, Search } from "lucide-react";
import { useEffect, useState } from "react";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import {
	DeviceDirectory,
	type DirectoryState,
	unknownDevices,
} from "../../viewer/connection/device-directory.ts";
import { copyText } from "../../viewer/copy-text.ts";
import { Store } from "../../viewer/store.ts";
import { ThemeSwitch } from "../theme-switch.tsx";
import { useStore } from "../use-store.ts";
import { DeviceCard } from "./device-card.tsx";
import { deviceKindLabel } from "./device-kind.ts";
import { useMayShare } from "./use-may-share.ts";

/** Search and filter appear from this many devices on. */
const FILTER_FROM = 9;
/** Up to this many devices have large cards. */
const FEW = 4;

/** The first page: every device as a card. */
export function DeviceList() {
	const { state, retry } = useDevices();
	const [text, setText] = useState("");
	const [kind, setKind] = useState<string>();
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
					<>
						<Cards devices={shown} screenshots={state.screenshots} />
						{devices && devices.length <= FEW && <AddDevice known={devices[0]?.id ?? ""} />}
					</>
				)}
			</main>
		</div>
	);
}

/** Few devices have large cards, whose screens move. */
function Cards({ devices, screenshots }: { devices: readonly DeviceDescription[]; screenshots: boolean }) {
	const few = devices.length <= FEW;
	const columns = few
		? "grid-cols-[repeat(auto-fit,minmax(min(100%,25rem),1fr))] *:max-w-3xl"
		: "grid-cols-[repeat(auto-fill,minmax(min(100%,18rem),1fr))]";
	return (
		<ul className={`grid gap-4 sm:gap-5 ${columns}`}>
			{devices.map((device) => (
				<li key={device.id}>
					<DeviceCard device={device} screenshots={screenshots} lively={few} />
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

const nothing = new Store<DirectoryState>(unknownDevices);

/** All devices, updated over signaling. */
function useDevices(): { state: DirectoryState; retry: () => void } {
	const [directory, setDirectory] = useState<DeviceDirectory>();
	useEffect(() => {
		const opened = new DeviceDirectory();
		opened.start();
		setDirectory(opened);
		return () => opened.close();
	}, []);
	const state = useStore(directory?.state ?? nothing);
	return { state, retry: () => directory?.start() };
}

interface DeviceFilterProps {
	readonly devices: readonly DeviceDescription[];
	readonly text: string;
	onText(text: string): void;
	readonly kind: string | undefined;
	onKind(kind: string | undefined): void;
}

/** Search by name, and a choice of kinds. */
function DeviceFilter({ devices, text, onText, kind, onKind }: DeviceFilterProps) {
	const kinds = [...new Set(devices.map((device) => device.kind))].sort();
	return (
		<search className="flex flex-wrap gap-2">
			<label className="relative max-sm:w-full">
				<span className="sr-only">Search devices</span>
				<Search aria-hidden size={15} className="absolute top-1/2 left-3 -translate-y-1/2 text-soft" />
				<input
					type="search"
					value={text}
					onChange={(event) => onText(event.target.value)}
					placeholder="Search"
					className="h-9 w-full rounded-box sm:w-52 border border-line bg-raised pr-3 pl-8.5 placeholder:text-soft"
				/>
			</label>
			<label>
				<span className="sr-only">Kind</span>
				<select
					value={kind ?? ""}
					onChange={(event) => onKind(event.target.value || undefined)}
					className="h-9 rounded-box border border-line bg-raised px-3"
				>
					<option value="">All kinds</option>
					{kinds.map((each) => (
						<option key={each} value={each}>
							{deviceKindLabel(each).name}
						</option>
					))}
				</select>
			</label>
		</search>
	);
}

/** Whether a device matches: every word is in its name or id, and the kind is right. */
export function matches(device: DeviceDescription, text: string, kind: string | undefined): boolean {
	const where = `${device.name} ${device.id}`.toLowerCase();
	const words = text.toLowerCase().split(/\s+/);
	return (kind === undefined || device.kind === kind) && words.every((word) => where.includes(word));
}

const ways = [
	{ text: "A phone-shaped screen to try things out", command: "npm start -- --device demo:" },
	{ text: "A Linux desktop of its own", command: "npm start -- --device desktop:1280x720" },
	{ text: "The X display that is there", command: "npm start -- --device x11::0" },
];

/** How to add another device, for owners. */
function AddDevice({ known }: { known: string }) {
	const isOwner = useMayShare(known, true);
	if (!isOwner) return null;
	return (
		<section className="mt-10 animate-appear">
			<h2 className="font-semibold text-large">Add a device</h2>
			<p className="mt-1 text-soft">
				Start Porthole with one of these, or with several at once. Open a card to see and touch its screen;
				share it from there.
			</p>
			<ul className="mt-4 grid grid-cols-[repeat(auto-fit,minmax(min(100%,20rem),1fr))] gap-3">
				{ways.map((way) => (
					<Way key={way.command} {...way} />
				))}
			</ul>
		</section>
	);
}

/** How to add a device, as commands to copy. */
function EmptyDevices() {
	return (
		<section className="mx-auto mt-6 w-full max-w-xl">
			<h2 className="font-semibold text-large">No devices yet</h2>
			<p className="mt-1 text-soft">Start Porthole with one of these, or with several at once.</p>
			<ul className="mt-5 flex flex-col gap-3">
				{ways.map((way) => (
					<Way key={way.command} {...way} />
				))}
			</ul>
		</section>
	);
}

function Way({ text, command }: { text: string; command: string }) {
	const [copied, setCopied] = useState(false);
	const Icon = copied ? Check : Copy;
	return (
		<li className="rounded-box border border-line bg-raised p-3 pl-4">
			<p className="text-small text-soft">{text}</p>
			<div className="flex items-center gap-2">
				<code className="min-w-0 flex-1 break-words font-mono text-normal">{command}</code>
				<button
					type="button"
					aria-label={copied ? "Copied" : `Copy: ${command}`}
					onClick={() => void copyText(command).then(setCopied)}
					className="eased grid size-9 shrink-0 place-items-center rounded-box text-soft hover:bg-hover hover:text-ink"
				>
					<Icon aria-hidden size={16} />
				</button>
			</div>
		</li>
	);
}

interface ListNoticeProps {
	readonly title: string;
	readonly detail: string;
	onRetry(): void;
}

/** Why the list cannot be shown, and what to do. */
function ListNotice({ title, detail, onRetry }: ListNoticeProps) {
	return (
		<section
			role="status"
			data-testid="state"
			className="mx-auto mt-10 flex max-w-md flex-col items-center gap-2 rounded-box border border-line bg-raised p-8 text-center"
		>
			<KeyRound aria-hidden size={28} strokeWidth={1.75} className="text-soft" />
			<h2 className="mt-1 font-semibold text-large">{title}</h2>
			<p className="text-pretty text-soft">{detail}</p>
			<p className="text-pretty text-soft">It begins with this page's address and ends in a token.</p>
			<button
				type="button"
				data-testid="try-again"
				onClick={onRetry}
				className="eased mt-3 rounded-box bg-accent px-4 py-2 font-medium text-on-accent hover:opacity-90"
			>
				Try again
			</button>
		</section>
	);
}

/** The mark: a round window with water in it. */
function Mark() {
	return (
		<svg aria-hidden viewBox="0 0 32 32" className="size-7">
			<title>Porthole</title>
			<circle cx="16" cy="16" r="14.500" className="fill-none stroke-accent" strokeWidth="3" />
			<path
				d="M6.500 17c3.200-2.400 6.300-2.400 9.500 0s6.300 2.400 9.500 0a9.600 9.600 0 0 1-19 0z"
				className="fill-accent"
			/>
		</svg>
	);
}
