import { useId, useState } from "react";
import type { KickEnd, ParticipantInfo } from "../../../signaling/protocol/messages.ts";
import { ConfirmDialog } from "../confirm-dialog.tsx";

interface RemoveDialogProps {
	/** Who is to be removed; nothing is asked without one. */
	readonly participant: ParticipantInfo | undefined;
	onClose(): void;
	onRemove(and: KickEnd): void;
}

const ends: readonly { and: KickEnd; title: string; detail: string }[] = [
	{
		and: "end-link",
		title: "And end the link",
		detail: "Nobody comes in by it any more. Others who came by it leave too.",
	},
	{ and: "ten-minutes", title: "For 10 minutes", detail: "Then the link lets them in again." },
];

/** Asks once before somebody is removed, and what keeps them out. */
export function RemoveDialog({ participant, onClose, onRemove }: RemoveDialogProps) {
	const [and, setAnd] = useState<KickEnd>("end-link");
	const group = useId();
	return (
		<ConfirmDialog
			title={`Remove ${participant?.name}?`}
			open={participant !== undefined}
			onOpen={(open) => !open && onClose()}
			cancel="Cancel"
			action="Remove"
			onAction={() => onRemove(and)}
			testId="remove-dialog"
			actionTestId="remove-confirm"
		>
			<fieldset className="mt-1 flex flex-col gap-2">
				<legend className="sr-only">What keeps them out</legend>
				{ends.map((end) => (
					<label
						key={end.and}
						className="flex cursor-pointer items-start gap-3 rounded-box border border-line p-3 hover:bg-hover has-checked:border-accent"
					>
						<input
							type="radio"
							name={group}
							value={end.and}
							checked={and === end.and}
							onChange={() => setAnd(end.and)}
							className="mt-1 accent-accent"
						/>
						<span>
							<span className="block font-medium">{end.title}</span>
							<span className="block text-pretty text-small text-soft">{end.detail}</span>
						</span>
					</label>
				))}
			</fieldset>
		</ConfirmDialog>
	);
}
