import { Menu } from "@base-ui/react/menu";
import { type RefObject, useEffect, useState } from "react";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import { ignoresAnchor } from "../popup.ts";
import { ShareDialog } from "../sharing/share-dialog.tsx";
import { useMayShare } from "./use-may-share.ts";
import { usePower } from "./use-power.tsx";

interface DeviceMenuProps {
	readonly device: DeviceDescription;
	readonly open: boolean;
	onOpen(open: boolean): void;
	readonly anchor: RefObject<HTMLButtonElement | null>;
}

const itemLook =
	"block rounded-[0.375rem] px-3 py-1.5 outline-none data-disabled:text-soft data-highlighted:bg-hover";

/** The menu of a card, and the share dialog that it opens for owners. */
export function DeviceMenu({ device, open, onOpen, anchor }: DeviceMenuProps) {
	const [sharing, setSharing] = useState(false);
	const [refusal, setRefusal] = useState("");
	const power = usePower(device, { others: device.viewers, onRefused: setRefusal, opener: anchor });
	useEffect(() => {
		if (open) setRefusal("");
	}, [open]);
	const mayShare = useMayShare(device.id, open);
	return (
		<>
			<Menu.Root modal={false} open={open} onOpenChange={ignoresAnchor(anchor, onOpen)}>
				<Menu.Portal>
					<Menu.Positioner anchor={anchor} side="bottom" align="end" sideOffset={4} className="z-20">
						<Menu.Popup
							aria-label={device.name}
							finalFocus={anchor}
							className="min-w-40 animate-appear rounded-box border border-line bg-raised p-1 text-ink shadow-float outline-none"
						>
							<Menu.Item render={<a href={`devices/${device.id}`}>Open</a>} className={itemLook} />
							<Menu.Item
								data-testid="share"
								disabled={!mayShare}
								onClick={() => setSharing(true)}
								className={itemLook}
							>
								{mayShare === false ? "Only owners share" : "Share…"}
							</Menu.Item>
							{mayShare && power.offer && (
								<Menu.Item data-testid="power" onClick={() => power.act()} className={itemLook}>
									{power.offer === "on" ? "Switch on" : device.viewers > 0 ? "Shut down…" : "Shut down"}
								</Menu.Item>
							)}
						</Menu.Popup>
					</Menu.Positioner>
				</Menu.Portal>
			</Menu.Root>
			{power.dialog}
			{refusal !== "" && (
				<p
					role="alert"
					className="absolute top-9 right-0 z-10 w-56 rounded-box border border-line bg-raised p-3 text-small shadow-float"
				>
					{refusal}
				</p>
			)}
			<ShareDialog device={device} open={sharing} onOpen={setSharing} opener={anchor} />
		</>
	);
}
