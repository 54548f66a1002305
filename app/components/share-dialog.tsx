import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type RefObject, useState } from "react";
import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import type { GrantMade, GrantRequest } from "../../signaling/protocol/grant.ts";
import { makeLink } from "../viewer/grants.ts";
import { LinkList } from "./link-list.tsx";
import { LinkMade } from "./link-made.tsx";
import { ShareForm } from "./share-form.tsx";
import { useLiveLinks } from "./use-live-links.ts";

interface ShareDialogProps {
	readonly device: Pick<DeviceDescription, "id" | "name">;
	readonly open: boolean;
	onOpen(open: boolean): void;
	/** Gets the focus back. */
	readonly opener: RefObject<HTMLElement | null>;
}

/** Makes links to a device, and shows those that are out. */
export function ShareDialog({ device, open, onOpen, opener }: ShareDialogProps) {
	return (
		<Dialog.Root open={open} onOpenChange={(next) => onOpen(next)}>
			<Dialog.Portal>
				<Dialog.Backdrop className="fixed inset-0 z-30 animate-appear bg-veil" />
				<Dialog.Popup
					data-testid="share-dialog"
					finalFocus={opener}
					className="fixed inset-x-0 bottom-0 z-30 mx-auto flex max-h-[calc(100dvh-1rem)] w-full max-w-lg animate-appear flex-col overflow-y-auto rounded-t-box border border-line bg-raised text-ink shadow-float outline-none sm:top-1/2 sm:bottom-auto sm:-translate-y-1/2 sm:rounded-box"
				>
					<header className="flex items-center gap-2 px-5 pt-4 pb-1">
						<Dialog.Title className="min-w-0 flex-1 truncate font-semibold text-large">
							Share {device.name}
						</Dialog.Title>
						<Dialog.Close
							aria-label="Close"
							className="eased -mr-2 grid size-9 place-items-center rounded-box text-soft hover:bg-hover hover:text-ink"
						>
							<X aria-hidden size={18} />
						</Dialog.Close>
					</header>
					<ShareBody deviceId={device.id} />
				</Dialog.Popup>
			</Dialog.Portal>
		</Dialog.Root>
	);
}

function ShareBody({ deviceId }: { deviceId: string }) {
	const { links, refusal, revoke, refresh } = useLiveLinks(deviceId);
	const [made, setMade] = useState<GrantMade>();
	const [failure, setFailure] = useState("");
	const [busy, setBusy] = useState(false);

	async function make(request: GrantRequest) {
		setBusy(true);
		const outcome = await makeLink(deviceId, request);
		setBusy(false);
		if ("refused" in outcome) return setFailure(outcome.refused.message);
		setFailure("");
		setMade(outcome.value);
		refresh();
	}

	return (
		<>
			<div className="px-5 pt-2 pb-5">
				{made ? (
					<LinkMade made={made} onAnother={() => setMade(undefined)} />
				) : (
					<ShareForm busy={busy} onMake={(request) => void make(request)} />
				)}
				<p role="status" className="text-pretty text-danger not-empty:mt-3">
					{failure || refusal}
				</p>
			</div>
			<LinkList links={links} onRevoke={revoke} />
		</>
	);
}
