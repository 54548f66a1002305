import { KeyRound } from "lucide-react";

interface ListNoticeProps {
	readonly title: string;
	readonly detail: string;
	onRetry(): void;
}

/** Why the list cannot be shown, and what to do. */
export function ListNotice({ title, detail, onRetry }: ListNoticeProps) {
	return (
		<section
			role="status"
			data-testid="state"
			className="mx-auto mt-10 flex max-w-md flex-col items-center gap-2 rounded-box border border-line bg-raised p-8 text-center"
		>
			<KeyRound aria-hidden size={28} strokeWidth={1.75} className="text-soft" />
			<h2 className="mt-1 font-semibold text-large">{title}</h2>
			<p className="text-pretty text-soft">{detail}</p>
			<p className="text-pretty text-soft">It begins with this page's address and ends in a token.</p>
			<button
				type="button"
				data-testid="try-again"
				onClick={onRetry}
				className="eased mt-3 rounded-box bg-accent px-4 py-2 font-medium text-on-accent hover:opacity-90"
			>
				Try again
			</button>
		</section>
	);
}
