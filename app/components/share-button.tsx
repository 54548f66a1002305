import { Share2 } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import type { DeviceDescription } from "../../signaling/protocol/device.ts";

const loadDialog = () => import("./share-dialog.tsx");
const ShareDialog = lazy(async () => ({ default: (await loadDialog()).ShareDialog }));

/** Opens the share dialog. Its code comes when a pointer or the focus comes near. */
export function ShareButton({ device }: { device: DeviceDescription }) {
	const button = useRef<HTMLButtonElement>(null);
	const [wanted, setWanted] = useState(false);
	const [open, setOpen] = useState(false);
	const prepare = () => void loadDialog();
	return (
		<>
			<button
				ref={button}
				type="button"
				data-testid="share"
				aria-label={`Share ${device.name}`}
				aria-haspopup="dialog"
				onPointerEnter={prepare}
				onFocus={prepare}
				onClick={() => {
					setWanted(true);
					setOpen(true);
				}}
				className="eased flex h-8 shrink-0 items-center gap-1.5 rounded-full border border-line bg-raised px-2.5 font-medium text-small hover:bg-hover"
			>
				<Share2 aria-hidden size={15} />
				<span className="max-sm:sr-only">Share</span>
			</button>
			{wanted && (
				<Suspense>
					<ShareDialog device={device} open={open} onOpen={setOpen} opener={button} />
				</Suspense>
			)}
		</>
	);
}
