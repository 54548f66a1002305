import { useEffect, useRef, useState } from "react";
import type { DeviceDescription, Size } from "../../signaling/protocol/device.ts";
import { turnedStyle, turnOf, upperEdge } from "../viewer/picture-turn.ts";
import { stillUrl } from "../viewer/place.ts";
import { deviceKindNames } from "./device-kind.tsx";

interface Still {
	readonly src: string;
	readonly size: Size;
}

/** How often a still is fetched while its card can be seen, ms. */
const EVERY = 3000;

/** The device's screen as it is, refreshed while somebody can see it; never a stream. */
export function DeviceStill({ device, active }: { device: DeviceDescription; active: boolean }) {
	const { ref, still } = useStill(device.id, active);
	const Kind = deviceKindNames[device.kind].icon;
	return (
		<div
			ref={ref}
			className={`eased [container-type:size] relative grid aspect-16/10 place-items-center overflow-hidden bg-sunken ${active ? "" : "opacity-60 grayscale"}`}
		>
			{still && device.state !== "off" ? (
				<StillPicture still={still} device={device} />
			) : (
				<Kind aria-hidden size={36} strokeWidth={1.25} className="text-soft" />
			)}
		</div>
	);
}

/** As the device is held: the whole card is covered by it, or it stands there in a bezel. */
function StillPicture({ still: { src, size }, device }: { still: Still; device: DeviceDescription }) {
	if (device.bezelStyle === "phone") {
		return (
			<img
				src={src}
				alt=""
				className="absolute inset-y-3 left-1/2 h-[calc(100%-1.5rem)] -translate-x-1/2 rounded-box border-4 border-body shadow-float"
			/>
		);
	}
	const turn = turnOf(size, device);
	return (
		<img
			src={src}
			alt=""
			className="absolute top-0 left-0 max-w-none origin-top-left object-cover"
			style={{ ...turnedStyle(turn), objectPosition: upperEdge(turn) }}
		/>
	);
}

function useStill(deviceId: string, active: boolean) {
	const ref = useRef<HTMLDivElement>(null);
	const [still, setStill] = useState<Still>();
	useEffect(() => {
		const card = ref.current;
		if (!active || !card) return;
		let inView = false;
		let over = false;
		let timer: ReturnType<typeof setTimeout> | undefined;
		// Loaded out of sight first, so that the card never shows half a picture.
		const refresh = () => {
			clearTimeout(timer);
			if (over || !inView || document.hidden) return;
			const next = new Image();
			const settle = () => {
				if (!over) timer = setTimeout(refresh, EVERY);
			};
			next.onload = () => {
				const { src, naturalWidth: width, naturalHeight: height } = next;
				if (!over) setStill({ src, size: { width, height } });
				settle();
			};
			next.onerror = settle;
			next.src = stillUrl(deviceId, Date.now());
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
	}, [deviceId, active]);
	return { ref, still };
}
