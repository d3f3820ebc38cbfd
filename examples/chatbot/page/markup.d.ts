export function escapeHtml(text: string): string;
export function render(markdown: string): string;
