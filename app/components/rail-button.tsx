import type { ComponentProps, ReactNode } from "react";

interface RailButtonProps extends ComponentProps<"button"> {
	readonly icon: ReactNode;
	readonly label: string;
}

/** One thing the device or the page can do: an icon and its word. */
export function RailButton({ icon, label, ...rest }: RailButtonProps) {
	return (
		<button
			type="button"
			{...rest}
			className="eased flex h-13 min-w-13 flex-1 shrink-0 sm:w-16 sm:flex-none flex-col items-center justify-center gap-1 rounded-box text-small text-soft hover:bg-hover hover:text-ink focus-visible:-outline-offset-2 active:bg-line disabled:pointer-events-none disabled:opacity-40 aria-expanded:bg-hover aria-pressed:bg-hover aria-pressed:text-accent"
		>
			{icon}
			<span className="max-w-full truncate px-0.5">{label}</span>
		</button>
	);
}
