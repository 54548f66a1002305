import { Eye } from "lucide-react";
import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import { cardState } from "./card-state.ts";
import { deviceKindNames } from "./device-kind.tsx";
import { DeviceMenu } from "./device-menu.tsx";
import { DeviceStill } from "./device-still.tsx";

/** One device on the first page: what it shows now, what it is and how it stands. */
export function DeviceCard({ device, stills }: { device: DeviceDescription; stills: boolean }) {
	const { name: kindName, icon: Kind } = deviceKindNames[device.kind];
	const { words, dot } = cardState(device);
	const gone = device.state === "offline";
	const dark = gone || device.state === "failed" || device.state === "off";
	return (
		<article
			data-testid="device-card"
			data-device-id={device.id}
			className="group eased relative flex h-full flex-col overflow-hidden rounded-box border border-line bg-raised hover:border-soft"
		>
			<DeviceStill device={device} active={stills && !dark} />
			<div className="flex flex-1 flex-col gap-1 p-4">
				<div className="flex h-6 items-center gap-2">
					<h2 className="min-w-0 flex-1 truncate font-semibold text-large">
						{/* The link covers the card; the menu stands above it. */}
						<a href={`/devices/${device.id}`} className="after:absolute after:inset-0">
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
						<DeviceMenu device={device} />
					</span>
				</div>
				<p className="flex items-center gap-1.5 text-small text-soft">
					<span aria-hidden className={`size-2 shrink-0 rounded-full ${dot}`} />
					<span className="min-w-0 truncate">{words}</span>
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
