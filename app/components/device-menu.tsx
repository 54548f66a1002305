import { EllipsisVertical } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import type { DeviceDescription } from "../../signaling/protocol/device.ts";

const loadPopups = () => import("./device-menu-popups.tsx");
const DeviceMenuPopups = lazy(async () => ({ default: (await loadPopups()).DeviceMenuPopups }));

/** What can be done with a device from its card. The menu's code comes when a pointer or the focus comes near. */
export function DeviceMenu({ device }: { device: DeviceDescription }) {
	const button = useRef<HTMLButtonElement>(null);
	const [wanted, setWanted] = useState(false);
	const [open, setOpen] = useState(false);
	const prepare = () => void loadPopups();
	return (
		<>
			<button
				ref={button}
				type="button"
				data-testid="device-menu"
				aria-label={`More for ${device.name}`}
				aria-haspopup="menu"
				aria-expanded={open}
				onPointerEnter={prepare}
				onFocus={prepare}
				onClick={() => {
					setWanted(true);
					setOpen(!open);
				}}
				className="eased grid size-8 shrink-0 place-items-center rounded-box text-soft hover:bg-hover hover:text-ink aria-expanded:bg-hover"
			>
				<EllipsisVertical aria-hidden size={18} />
			</button>
			{wanted && (
				<Suspense>
					<DeviceMenuPopups device={device} open={open} onOpen={setOpen} anchor={button} />
				</Suspense>
			)}
		</>
	);
}
