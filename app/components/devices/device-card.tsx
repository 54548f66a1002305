import { EllipsisVertical, Eye } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { DeviceDescription, Size } from "../../../signaling/protocol/device.ts";
import { wallClock } from "../../../signaling/protocol/time.ts";
import { rotationOf, turnedStyle, upperEdge } from "../../viewer/screen/frame-rotation.ts";
import { screenshotUrl } from "../../viewer/urls.ts";
import { useLazyPopup } from "../popup.ts";
import { deviceKindLabel } from "./device-kind.ts";

interface DeviceCardProps {
	readonly device: DeviceDescription;
	/** Screens may be shown. */
	readonly screenshots: boolean;
	/** There are few cards: their screens move. */
	readonly lively: boolean;
}

/** A device on the first page: its screen, its name, kind and size, and its state. */
export function DeviceCard({ device, screenshots, lively }: DeviceCardProps) {
	const { name: kindName, icon: Kind } = deviceKindLabel(device.kind);
	const { text, dot } = cardState(device);
	const gone = device.state === "offline";
	const dark = gone || device.state === "failed" || device.state === "off";
	return (
		<article
			data-testid="device-card"
			data-device-id={device.id}
			className="group eased relative flex h-full flex-col overflow-hidden rounded-box border border-line bg-raised hover:border-soft"
		>
			<CardScreenshot device={device} active={screenshots && !dark} every={lively ? LIVELY : EVERY} />
			<div className="flex flex-1 flex-col gap-1 p-4">
				<div className="flex h-6 items-center gap-2">
					<h2 className="min-w-0 flex-1 truncate font-semibold text-large">
						{/* The link covers the whole card; the menu lies above it. */}
						<a href={`devices/${device.id}`} className="after:absolute after:inset-0">
							{device.name}
						</a>
					</h2>
					<span
						title={`${device.viewers} watching`}
						className={`flex items-center gap-1 text-small text-soft tabular-nums ${device.viewers > 0 ? "" : "invisible"}`}
					>
						<Eye aria-hidden size={14} />
						{device.viewers}
						<span className="sr-only">watching</span>
					</span>
					<span className="relative -mr-2">
						<MenuButton device={device} />
					</span>
				</div>
				<p className="flex items-center gap-1.5 text-small text-soft">
					<span aria-hidden className={`size-2 shrink-0 rounded-full ${dot}`} />
					<span className="min-w-0 truncate">{text}</span>
				</p>
				<p className="mt-1 flex items-center gap-1.5 text-small text-soft">
					<Kind aria-hidden size={14} />
					{kindName}
					<span aria-hidden>·</span>
					<span className="tabular-nums">
						{device.pixels.width} × {device.pixels.height}
					</span>
				</p>
			</div>
		</article>
	);
}

const loadMenu = () => import("./device-menu.tsx");
const DeviceMenu = lazy(async () => ({ default: (await loadMenu()).DeviceMenu }));

/** Opens the card's menu. The menu's code is loaded when a pointer or the focus comes near. */
function MenuButton({ device }: { device: DeviceDescription }) {
	const button = useRef<HTMLButtonElement>(null);
	const { wanted, open, setOpen, toggle, prepares } = useLazyPopup(loadMenu);
	return (
		<>
			<button
				ref={button}
				type="button"
				data-testid="device-menu"
				aria-label={`More for ${device.name}`}
				aria-haspopup="menu"
				aria-expanded={open}
				onClick={toggle}
				{...prepares}
				className="eased grid size-8 shrink-0 place-items-center rounded-box text-soft hover:bg-hover hover:text-ink aria-expanded:bg-hover"
			>
				<EllipsisVertical aria-hidden size={18} />
			</button>
			{wanted && (
				<Suspense>
					<DeviceMenu device={device} open={open} onOpen={setOpen} anchor={button} />
				</Suspense>
			)}
		</>
	);
}

interface Screenshot {
	readonly src: string;
	readonly size: Size;
}

/** How often a screenshot is fetched while its card can be seen, ms. */
const EVERY = 3000;
/** The same where there are few cards; the server makes no more of them. */
const LIVELY = 1000;

/** The device's screen, refreshed while the card is visible; never a stream. */
function CardScreenshot({
	device,
	active,
	every,
}: {
	device: DeviceDescription;
	active: boolean;
	every: number;
}) {
	const { ref, screenshot } = useScreenshot(device.id, active, every);
	const Kind = deviceKindLabel(device.kind).icon;
	return (
		<div
			ref={ref}
			className={`eased [container-type:size] relative grid aspect-16/10 place-items-center overflow-hidden bg-sunken ${active ? "" : "opacity-60 grayscale"}`}
		>
			{screenshot && device.state !== "off" ? (
				<ScreenshotImage screenshot={screenshot} device={device} />
			) : (
				<Kind aria-hidden size={36} strokeWidth={1.25} className="text-soft" />
			)}
		</div>
	);
}

/** Turned as the device is held: in a bezel for phones, else covering the whole area. */
function ScreenshotImage({
	screenshot: { src, size },
	device,
}: {
	screenshot: Screenshot;
	device: DeviceDescription;
}) {
	if (device.bezelStyle === "phone") {
		return (
			<img
				src={src}
				alt=""
				className="absolute inset-y-3 left-1/2 h-[calc(100%-1.5rem)] -translate-x-1/2 rounded-box border-4 border-body shadow-float"
			/>
		);
	}
	const turn = rotationOf(size, device);
	return (
		<img
			src={src}
			alt=""
			className="absolute top-0 left-0 max-w-none origin-top-left object-cover"
			style={{ ...turnedStyle(turn), objectPosition: upperEdge(turn) }}
		/>
	);
}

function useScreenshot(deviceId: string, active: boolean, every: number) {
	const ref = useRef<HTMLDivElement>(null);
	const [screenshot, setScreenshot] = useState<Screenshot>();
	useEffect(() => {
		const card = ref.current;
		if (!active || !card) return;
		let inView = false;
		let over = false;
		let timer: ReturnType<typeof setTimeout> | undefined;
		// Loaded out of sight first, so that the card never shows half an image.
		const refresh = () => {
			clearTimeout(timer);
			if (over || !inView || document.hidden) return;
			const next = new Image();
			const settle = () => {
				if (!over) timer = setTimeout(refresh, every);
			};
			next.onload = () => {
				const { src, naturalWidth: width, naturalHeight: height } = next;
				if (!over) setScreenshot({ src, size: { width, height } });
				settle();
			};
			next.onerror = settle;
			next.src = screenshotUrl(deviceId, wallClock());
		};
		const observer = new IntersectionObserver(([entry]) => {
			inView = entry?.isIntersecting ?? false;
			refresh();
		});
		observer.observe(card);
		document.addEventListener("visibilitychange", refresh);
		return () => {
			over = true;
			clearTimeout(timer);
			observer.disconnect();
			document.removeEventListener("visibilitychange", refresh);
		};
	}, [deviceId, active, every]);
	return { ref, screenshot };
}

/** A device's state on its card: a word or a sentence, and the colour of the dot beside it. */
export function cardState(device: DeviceDescription): { text: string; dot: string } {
	switch (device.state) {
		case "live":
			return { text: "Live", dot: "bg-accent" };
		case "ready":
			return { text: "Ready", dot: "border-2 border-accent" };
		case "off":
			return { text: "Off", dot: "bg-soft" };
		case "starting":
			return { text: device.note ?? "Starting", dot: "bg-soft animate-pulse" };
		case "failed":
			return { text: device.note ?? "Not working", dot: "bg-danger" };
		case "offline":
			return { text: `Offline since ${timeOf(device.since)}`, dot: "border-2 border-soft" };
	}
}

/** A time of day, with the date when it was another day. */
function timeOf(epochMs: number): string {
	const at = new Date(epochMs);
	const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
	const today = at.toDateString() === new Date(wallClock()).toDateString();
	return today ? time : `${at.toLocaleDateString([], { day: "numeric", month: "short" })}, ${time}`;
}
