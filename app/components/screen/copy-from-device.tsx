import { ClipboardCopy } from "lucide-react";
import type { MouseEvent } from "react";
import type { PageClipboard } from "../../viewer/clipboard.ts";
import { useStore } from "../use-store.ts";

/** Offers what was copied on the device where the browser did not let the page take it by itself. */
export function CopyFromDevice({ clipboard, enabled }: { clipboard: PageClipboard; enabled: boolean }) {
	const offered = useStore(clipboard.offered);
	return (
		<div role="status" className="pointer-events-none absolute inset-x-0 bottom-11 flex justify-center">
			{offered && enabled && (
				<button
					type="button"
					data-testid="copy-from-device"
					onMouseDown={keepsFocus}
					onClick={() => void clipboard.copy()}
					className="eased pointer-events-auto flex animate-appear items-center gap-2 rounded-full border border-line bg-raised px-4 py-2 text-ink shadow-float hover:bg-hover"
				>
					<ClipboardCopy aria-hidden size={16} />
					Copy from device
				</button>
			)}
		</div>
	);
}

/** The keyboard stays the device's when the button is pressed. */
export function keepsFocus(event: MouseEvent): void {
	event.preventDefault();
}
