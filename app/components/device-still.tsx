import { useEffect, useRef, useState } from "react";
import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import { stillUrl } from "../viewer/place.ts";
import { deviceKindNames } from "./device-kind.tsx";

/** How often a still is fetched while its card can be seen, ms. */
const EVERY = 3000;

/** The device's screen as it is, refreshed while somebody can see it; never a stream. */
export function DeviceStill({ device, active }: { device: DeviceDescription; active: boolean }) {
	const { ref, src } = useStill(device.id, active);
	const Kind = deviceKindNames[device.kind].icon;
	const phone = device.bezel === "phone";
	return (
		<div
			ref={ref}
			className={`eased relative grid aspect-16/10 place-items-center overflow-hidden bg-sunken ${active ? "" : "opacity-60 grayscale"}`}
		>
			{src && device.state !== "off" ? (
				<img
					src={src}
					alt=""
					className={
						phone
							? "absolute inset-y-3 left-1/2 h-[calc(100%-1.5rem)] -translate-x-1/2 rounded-box border-4 border-body shadow-float"
							: "absolute inset-0 size-full object-cover object-top"
					}
				/>
			) : (
				<Kind aria-hidden size={36} strokeWidth={1.25} className="text-soft" />
			)}
		</div>
	);
}

function useStill(deviceId: string, active: boolean) {
	const ref = useRef<HTMLDivElement>(null);
	const [src, setSrc] = useState<string>();
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
				if (!over) setSrc(next.src);
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
	return { ref, src };
}
